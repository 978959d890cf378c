"""The page `/login` in a real browser."""
import base64
import hashlib
import shutil
import signal

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from support.access import User, first_token
from support.credentials import quiet, run_vms
from support.server import Server

pytestmark = pytest.mark.skipif(not shutil.which("chromedriver"), reason="chromium-driver is not installed")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("data"), "--simulate", "hosts=1,networks=0,machines=0,speed=max",
                    "--require-token", "--listen", "https://127.0.0.1:0").start()
    server.admin = User(server, first_token(server))
    yield server
    server.stop(signal.SIGKILL)


@pytest.fixture
def browser(server, tmp_path):
    options = webdriver.ChromeOptions()
    # The browser trusts the server's own key, and no other one that no authority vouches for.
    public = quiet("openssl", "x509", "-in", server.data / "tls/server.pem", "-noout", "-pubkey")
    key = base64.b64decode("".join(public.splitlines()[1:-1]))
    pin = base64.b64encode(hashlib.sha256(key).digest()).decode()
    for word in ["--headless=new", "--no-sandbox", f"--user-data-dir={tmp_path}/profile",
                 f"--ignore-certificate-errors-spki-list={pin}", "--disable-background-networking"]:
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
    try:
        yield browser
        said = [entry["message"] for entry in browser.get_log("browser")]
        assert not [text for text in said if "401" not in text], "such as breaches of the page's security policy"
    finally:
        browser.quit()


def shown(browser, name):
    """Waits until an element is visible."""
    return WebDriverWait(browser, 60).until(
        lambda _: (found := browser.find_element(By.ID, name)).is_displayed() and found)


def is_refused(browser):
    """Whether a call of the page needs a credential."""
    call = "return fetch('v1/whoAmI', {method: 'POST', body: '{}', headers: {'Content-Type': 'application/json', " \
        "'VMS-Request': 'page'}}).then(a => a.status)"
    return browser.execute_script(call) == 401


def test_a_token_begins_a_session_and_log_out_ends_it(server, browser):
    browser.get(f"{server.encrypted_url}/login")
    shown(browser, "token").send_keys("vms_wrong")
    browser.find_element(By.CSS_SELECTOR, "#form button").click()
    assert "token" in shown(browser, "problem").text.lower()
    browser.find_element(By.ID, "token").send_keys(server.admin.token)
    browser.find_element(By.CSS_SELECTOR, "#form button").click()
    assert shown(browser, "user").text == "root"
    assert browser.execute_script("return document.cookie") == "", "no script reads the cookie"
    cookie = browser.get_cookie("__Host-vms")
    assert (cookie["httpOnly"], cookie["secure"], cookie["sameSite"]) == (True, True, "Strict")
    browser.refresh()
    assert shown(browser, "user").text == "root" and not is_refused(browser)
    shown(browser, "logout").click()
    assert shown(browser, "form") and is_refused(browser)


def test_a_code_of_the_command_line_needs_a_click(server, browser, tmp_path):
    # The command line needs no TLS to this machine.
    made = run_vms("--server", server.url, "login", "--browser", home=tmp_path, VMS_TOKEN=server.admin.token)
    assert made.returncode == 0, made
    code = made.stdout.strip().split("#")[1]
    browser.get(f"{server.encrypted_url}/login#{code}")
    accept = shown(browser, "accept")
    assert "#" not in browser.current_url and is_refused(browser)
    accept.click()
    assert shown(browser, "user").text == "root"
    browser.get("about:blank")
    browser.get(f"{server.encrypted_url}/login#{code}")
    shown(browser, "accept").click()
    assert shown(browser, "problem").text, "a code is valid once"
