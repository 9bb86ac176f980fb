"""Opens the page of --report=html in a browser and compares it with the JSON report of the same run.

Usage: page.py PAGE.html REPORT.json"""
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "Inputs"))
import browser  # noqa: E402

if not browser.PATH:
    print("skipped: chromium is not installed")
    sys.exit(0)
report = json.load(open(sys.argv[2]))


def same(what, found, wanted):
    if found != wanted:
        sys.exit(f"{what}: the page says {found!r}, expected {wanted!r}")


with browser.Browser() as page:
    page.open(sys.argv[1])

    # The figures are those of the report.
    text = lambda selector: page.evaluate(f"document.querySelector({json.dumps(selector)}).textContent")
    same("program", text("#program"), report["program"])
    same("time", page.evaluate("report.time_ns"), report["time_ns"])
    same("time as text", text("#time"), page.evaluate(f"ns({report['time_ns']})"))
    same("instructions", text("#instruction-count"), f"{report['instructions']:,}")
    rows = page.evaluate("[...document.querySelectorAll('#causes tbody tr')].map(r => [...r.cells].slice(0, 2).map(c => c.textContent))")
    same("causes", sorted(name for name, _ in rows), sorted(report["stalls"]))
    for name, time in rows:
        same(f"time of {name}", time, page.evaluate(f"ns({report['stalls'][name]})"))
    same("executed instructions", page.evaluate("run.count"), report["instructions"])
    same("end of the critical path", page.evaluate("run.path.at(-1).end / 1000"), report["time_ns"])
    same("its length", page.evaluate("run.path.reduce((sum, s) => sum + s.end - s.begin, 0) / 1000"), report["time_ns"])

    # Text of the model is text.
    same("elements out of names", page.evaluate("document.querySelectorAll('main b img, img, iframe').length"), 0)
    same("code out of names", page.evaluate("typeof window.injected"), "undefined")
    same("node", page.evaluate("run.node(0)"), report["nodes"][0]["node"] if "nodes" in report else page.evaluate("run.node(0)"))

    # The wheel zooms about the pointer, the button goes back.
    length = "(canvas => canvas.dataset.end - canvas.dataset.begin)(document.getElementById('tracks'))"
    page.evaluate("document.documentElement.style.scrollBehavior = 'auto'; document.getElementById('timeline').scrollIntoView()")
    x, y = page.evaluate("(box => [box.left + box.width / 2, box.top + 40])(document.getElementById('tracks').getBoundingClientRect())")
    before = page.evaluate(length)
    page.wheel(x, y, -400)
    after = page.evaluate(length)
    if not after < before:
        sys.exit(f"the wheel does not zoom: {before} to {after} ps")
    page.evaluate("document.getElementById('zoom-all').click(); new Promise(done => setTimeout(done, 100))")
    same("the whole run", page.evaluate(length), before)

    # A click on an instruction of the list chooses it; the search finds by node and mnemonic.
    page.evaluate("document.querySelector('#list .rows').click()")
    place = page.evaluate("run.place(list.shown[0])")
    if place not in text("#details"):
        sys.exit(f"the details do not name {place}: {text('#details')!r}")
    page.evaluate("(box => { box.value = 'DMA_copy sp'; box.dispatchEvent(new Event('input')); })(document.getElementById('search')); new Promise(done => setTimeout(done, 300))")
    same("found", text("#found"), f"{sum(1 for n in range(report['instructions']) if page.evaluate(f'run.place({n}).startsWith(`sp`) && run.mnemonic({n}) === `dma_copy`'))} of {report['instructions']}")

    if page.errors:
        sys.exit("errors in the console:\n" + "\n".join(page.errors))
print("the page agrees with the report")
