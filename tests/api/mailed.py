"""Prints the code in the newest mail to an address: `mailed.py URL ADDRESS`."""

import re
import sys
import time
import urllib.request


def code_of(url, email):
    for _ in range(100):
        with urllib.request.urlopen(f"{url}/dev/mailbox") as page:
            links = re.findall(r'href="(/dev/mailbox/[^"]+)"', page.read().decode())
        for link in links:
            with urllib.request.urlopen(url + link) as page:
                mail = page.read().decode()
            code = re.search(r"\b([B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4})\b", mail)
            if email in mail and code:
                return code[1]
        time.sleep(0.1)
    raise SystemExit(f"no code came for {email}")


if __name__ == "__main__":
    print(code_of(*sys.argv[1:]))
