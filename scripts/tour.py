"""Takes the pictures of `docs/tour/` from a running demonstration, so that they stay true.

make run                      # in one terminal
.venv/bin/python -m scripts.tour http://127.0.0.1:8000
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "tour"
YEAR = 2026
# picture: (who, address, width, height)
PICTURES = {
    "home": ("demo", f"/{YEAR}/", 1280, 940),
    "heat": ("demo", f"/{YEAR}/heat/island", 1280, 900),
    "map": ("demo", f"/{YEAR}/map", 1280, 900),
    "findings": ("demo", f"/{YEAR}/findings/?kind=same_output", 1280, 900),
    "area": ("demo", f"/{YEAR}/area/61.11.06.2002/", 1280, 900),
    "phone": ("demo", f"/{YEAR}/", 360, 740),
    "entry": ("dpupr", "/activities/new", 1280, 900),
    "inbox": ("demo", "/activities/inbox", 1280, 900),
}


def log_in(page: Page, base: str, who: str) -> None:
    """Through the door, as one of the demonstration."""
    page.goto(f"{base}/accounts/login/")
    page.fill("input[name=username]", who)
    page.fill("input[name=password]", "karimata-2026")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "/accounts/login/" not in address)


def main(base: str) -> int:
    """Take every picture; 0, or 1 where there is no browser."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        print("No Chromium is installed.", file=sys.stderr)
        return 1
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, (who, address, width, height) in PICTURES.items():
            page = browser.new_context(viewport={"width": width, "height": height}).new_page()
            log_in(page, base, who)
            page.goto(base + address)
            page.wait_for_load_state("networkidle")
            page.screenshot(path=FOLDER / f"{name}.png")
            if name == "findings":
                page.click("table a[href*='/findings/']")
                page.wait_for_load_state("networkidle")
                page.screenshot(path=FOLDER / "finding.png")
            page.context.close()
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1].rstrip("/") if len(sys.argv) > 1 else "http://127.0.0.1:8000"))
