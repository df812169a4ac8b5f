"""A question page under 16 clients on one core: median and 99th percentile, memory, cold start.

The peer of the same run is a bare Starlette app that answers a page of the same size from memory: the floor of the
server itself. Each client walks through the danger pages with a browser's form and cookie.
"""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).parents[1]))
from bench.common import machine, shown

CLIENTS, ROUNDS = 16, 40
PEER = """
import sys, uvicorn
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route
async def page(request): return HTMLResponse("x" * int(sys.argv[1]))
uvicorn.run(Starlette(routes=[Route("/", page)]), port=int(sys.argv[2]), log_level="error", access_log=False)
"""


def start(command: list[str], env: dict[str, str]) -> subprocess.Popen[str]:
    """A server held to one core, so that the figure is of one."""
    pin = ["taskset", "-c", "0"] if Path("/usr/bin/taskset").exists() else []
    return subprocess.Popen([*pin, *command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=env)


def memory(process: subprocess.Popen[str]) -> str:
    status = Path(f"/proc/{process.pid}/status")
    found = re.search(r"VmRSS:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return f"{int(found[1]) / 1024:.0f} MB" if found else "not measured here"


async def client(url: str, times: list[float]) -> int:
    """One person: start, then ask for the first danger page over and over, as a reload would."""
    async with httpx.AsyncClient(base_url=url, timeout=30) as browser:
        token = (await browser.get("/")).cookies["psoas"]
        data = {"csrf": token, "who": "self", "country": "gb"}
        place = (await browser.post("/start", data=data)).headers["location"]
        first = {"csrf": token, "kind": "questions", "item": ["age_years", "sex_at_birth"]}
        await browser.post(place, data=first | {"f-age_years": "44", "f-sex_at_birth": "male"})
        legs = {"csrf": token, "kind": "questions", "item": ["bilateral_sciatica", "both_legs_weak_or_numb"]}
        await browser.post(place, data=legs | {"f-bilateral_sciatica": "no", "f-both_legs_weak_or_numb": "no"})
        size = 0
        for _ in range(ROUNDS):
            started = time.perf_counter()
            page = await browser.get(place.replace("/ask", "/page/C"))
            times.append(time.perf_counter() - started)
            assert page.status_code == 200
            size = len(page.content)
        return size


async def plain(url: str, times: list[float]) -> None:
    async with httpx.AsyncClient(timeout=30) as browser:
        for _ in range(ROUNDS):
            started = time.perf_counter()
            await browser.get(url)
            times.append(time.perf_counter() - started)


def percentiles(times: list[float]) -> tuple[float, float]:
    ordered = sorted(times)
    return ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]


async def alone(url: str) -> list[float]:
    times: list[float] = []
    await client(url, times)
    return times


def main() -> None:
    print(machine("fastapi", "starlette", "uvicorn", "jinja2", "sqlalchemy"))
    with tempfile.TemporaryDirectory() as folder:
        env = os.environ | {"PSOAS_DATA": folder}
        began = time.perf_counter()
        app = start(
            [sys.executable, "-m", "psoas", "serve", "--port", "0", "--no-browser", "--per-minute", "1000000"], env
        )
        url = app.stdout.readline().split()[-1].rstrip("/")
        print(f"cold start until the port is open: {shown(time.perf_counter() - began)}")
        single = percentiles(asyncio.run(alone(url)))
        times: list[float] = []

        async def crowd() -> list[int]:
            return await asyncio.gather(*(client(url, times) for _ in range(CLIENTS)))

        size = asyncio.run(crowd())[0]
        middle, late = percentiles(times)
        print(f"one client: median {shown(single[0])}, 99% {shown(single[1])} (budget 15 ms a page)")
        print(f"{CLIENTS} clients at once, {len(times)} pages of {size / 1024:.0f} kB:")
        print(f"  median {shown(middle)}, 99% {shown(late)}")
        print(f"  so a page costs the server {shown(middle / CLIENTS)}; memory {memory(app)}")
        app.kill()
    peer = start([sys.executable, "-c", PEER, str(size), "8791"], dict(os.environ))
    time.sleep(2)
    floor: list[float] = []

    async def peers() -> None:
        await asyncio.gather(*(plain("http://127.0.0.1:8791/", floor) for _ in range(CLIENTS)))

    asyncio.run(peers())
    low, _ = percentiles(floor)
    print(f"bare Starlette, the same size: median {shown(low)}; ours takes {middle / low:.1f} times as long")
    peer.kill()


if __name__ == "__main__":
    main()
