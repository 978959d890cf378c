"""Small images for the repository, and what a server stores of them."""
import json
import os

MIB = 1 << 20
#: MiB of a disk whose transfer lasts long enough to be interrupted.
SIZE = 160
MANIFEST = {"name": "disky", "version": "1", "os": "none", "arch": "x86_64", "kernelVersion": "0", "stacks": ["none"],
            "boot": "disk", "disk": "disk.img", "diskFormat": "raw", "minimumRAM": 32, "configuration": "none"}


def names(server):
    return [(i["name"], i["version"]) for i in server.json("listImages")["image"] if i["os"] == "none"]


def stored(server):
    """Every file that the server keeps of images, finished or not."""
    return [os.path.join(place, name) for place, _, files in os.walk(server.data / "images") for name in files
            if name != ".default"]


def add_image(folder, name, size=SIZE, data=None, content=os.urandom):
    """An image with a disk of `size` MiB that boots nothing; `data` MiB of it are not zeros."""
    image = folder / name
    image.mkdir(parents=True)
    with open(image / "disk.img", "wb") as disk:
        disk.write(content((data or size) * MIB))
        disk.truncate(size * MIB)
        disk.seek(510)
        disk.write(b"\x55\xaa")
    (image / "manifest.json").write_text(json.dumps({
        "name": name, "version": "1", "os": "none", "arch": "x86_64", "kernelVersion": "0", "stacks": ["none"],
        "boot": "disk", "disk": "disk.img", "diskFormat": "raw", "minimumRAM": 32, "configuration": "none"}))
    return image / "disk.img"
