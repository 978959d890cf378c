"use strict";

// Begins a session with a one-time code behind the address's #, or with a token, and shows the session's user.

const element = (id) => document.getElementById(id);

/** Calls the server. Addresses are relative, since a proxy may put the server below a path. */
async function call(method, path, body) {
  const answer = await fetch(path, {
    method,
    headers: { "Content-Type": "application/json", "VMS-Request": "page" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  if (answer.ok) return text === "" ? {} : JSON.parse(text);
  const isProblem = (answer.headers.get("Content-Type") ?? "").startsWith("application/problem+json");
  throw Object.assign(new Error(isProblem ? JSON.parse(text).reason : text), { status: answer.status });
}

function show(caller) {
  element("confirm").hidden = true;
  element("form").hidden = caller !== null;
  element("session").hidden = caller === null;
  if (caller === null) return element("token").focus();
  element("local").hidden = caller.credential !== "local";
  element("logout").hidden = caller.credential !== "session";
  element("user").textContent = caller.user?.user ?? "";
  const rights = (caller.right ?? []).map((text) => {
    const item = document.createElement("li");
    item.textContent = text;
    return item;
  });
  element("rights").replaceChildren(...rights);
}

/** Runs an action, and shows why it failed. */
async function attempt(action) {
  element("problem").textContent = "";
  try {
    await action();
  } catch (problem) {
    element("problem").textContent = problem.message;
  }
}

async function logIn(credential) {
  await call("POST", "session", credential);
  show(await call("POST", "v1/whoAmI", {}));
}

element("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const token = element("token").value.trim();
  element("token").value = "";
  attempt(() => logIn({ token }));
});

element("logout").addEventListener("click", () => attempt(async () => {
  await call("DELETE", "session");
  show(null);
}));

attempt(async () => {
  const code = location.hash.slice(1);
  if (code !== "") {
    // The code stays neither in the address nor in the history. Another site may have made the link, so a click decides.
    history.replaceState(null, "", location.pathname);
    element("accept").addEventListener("click", () => attempt(async () => {
      element("confirm").hidden = true;
      try {
        await logIn({ code });
      } catch (problem) {
        show(null);
        throw problem;
      }
    }));
    element("confirm").hidden = false;
    return;
  }
  try {
    show(await call("POST", "v1/whoAmI", {}));
  } catch (problem) {
    show(null);
    if (problem.status !== 401) throw problem;
  }
});
