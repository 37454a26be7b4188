// Opens pages in headless Chromium and fails on what a reader would stumble over. It talks to the browser through its
// debugging pipe (file descriptors 3 and 4), and needs nothing but Node.
//
//   node check.mjs [--screenshots DIR] PAGE.html:SECTION,SECTION...
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const args = process.argv.slice(2);
const option = (name) => {
  const i = args.indexOf("--" + name);
  return i < 0 ? "" : args.splice(i, 2)[1];
};
const screenshots = option("screenshots");
if (!args.length) {
  console.error("node check.mjs [--screenshots DIR] PAGE.html:SECTION,SECTION...");
  process.exit(2);
}
if (screenshots) mkdirSync(screenshots, { recursive: true });

const profile = mkdtempSync(join(tmpdir(), "lumen-browser-"));
const browser = spawn(
  process.env.CHROMIUM || "chromium",
  ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars", "--remote-debugging-pipe",
    `--user-data-dir=${profile}`],
  { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] },
);
const [, , , to, from] = browser.stdio;
let gone = "";
let stop; // makes whatever waits fail
const stopped = new Promise((_, reject) => (stop = (why) => reject(new Error(why))));
stopped.catch(() => {});
let next = 1;
const waiting = new Map();
const heard = new Set();
const fail = (why) => {
  gone = why;
  stop(why);
};
// within is what promise comes to, or an error if that takes longer, the browser ends or a signal comes.
const within = (seconds, promise, what) => {
  let clock;
  const late = new Promise((_, reject) => {
    clock = setTimeout(() => reject(new Error(`waited ${seconds} s for ${what}`)), seconds * 1000);
  });
  return Promise.race([promise, late, stopped]).finally(() => clearTimeout(clock));
};
browser.on("error", (e) => fail(`the browser does not start: ${e.message}`));
browser.on("exit", (code, signal) => fail(`the browser ended with ${signal ?? code}`));
to.on("error", () => {});
let rest = "";
from.setEncoding("utf8");
from.on("data", (part) => {
  const messages = (rest + part).split("\0");
  rest = messages.pop();
  for (const text of messages) {
    const m = JSON.parse(text);
    if (m.id) {
      const w = waiting.get(m.id);
      waiting.delete(m.id);
      if (m.error) w?.reject(new Error(`${w.method}: ${m.error.message}`));
      else w?.resolve(m.result);
    } else for (const f of heard) f(m);
  }
});
const send = (method, params = {}, sessionId) => {
  const id = next++;
  return within(60, new Promise((resolve, reject) => {
    if (gone) return reject(new Error(gone));
    waiting.set(id, { method, resolve, reject });
    to.write(JSON.stringify({ id, method, params, sessionId }) + "\0");
  }), `an answer to ${method}`).finally(() => waiting.delete(id));
};

const screens = [
  { name: "desk-light", width: 1280, height: 900, mobile: false, scheme: "light" },
  { name: "desk-dark", width: 1280, height: 900, mobile: false, scheme: "dark" },
  { name: "phone-light", width: 390, height: 844, mobile: true, scheme: "light" },
  { name: "phone-dark", width: 390, height: 844, mobile: true, scheme: "dark" },
];

// look runs in the page. It returns sentences about what is wrong.
const look = (sections, dark) => {
  const wrong = [];
  for (const id of sections) {
    const s = document.getElementById(id);
    if (!s || s.innerText.trim().length < 10) wrong.push(`section ${id} is missing or empty`);
  }
  if (document.documentElement.scrollWidth > innerWidth + 1) {
    const wide = [...document.querySelectorAll("main *, header *")].find((e) => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".scroll, pre"));
    wrong.push(`the page is ${document.documentElement.scrollWidth} wide on a screen of ${innerWidth}: ${wide?.outerHTML.slice(0, 120)}`);
  }
  const charts = [...document.querySelectorAll("figure.chart svg.plot")];
  if (!charts.length) wrong.push("there is no chart");
  for (const c of charts) {
    const id = c.closest("figure").id;
    if (![...c.querySelectorAll(".curve")].some((p) => p.getAttribute("d").length > 5)) wrong.push(`the chart ${id} has no curve`);
    if (/NaN|Infinity|undefined/.test([...c.querySelectorAll("path,circle")].map((p) => p.getAttribute("d") + p.getAttribute("cx")).join(" "))) wrong.push(`the chart ${id} draws what is no number`);
    if (!c.closest("figure").querySelector("figcaption")?.innerText.includes("ealthy") && !/^loss/.test(id)) wrong.push(`the figure ${id} does not say what healthy is`);
  }
  // A picture's height over its width, its names and colours, as they come out.
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\d.]+/g).slice(0, 3).map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
  const paper = getComputedStyle(document.body).backgroundColor;
  if (light(paper) < 0.5 !== dark) wrong.push(`the page is ${paper} on a ${dark ? "dark" : "light"} screen`);
  for (const e of document.querySelectorAll("p, li, td, th, dt, dd, figcaption, summary, h1, h2, h3, a, .curve, .swatch path, svg text")) {
    const s = getComputedStyle(e);
    if (!e.getClientRects().length) continue;
    const isLine = e.matches(".curve, .swatch path");
    const colour = isLine ? s.stroke : e.matches("svg text") ? s.fill : s.color;
    if (!/^rgb/.test(colour) || e.closest(".confusion td")) continue;
    const least = isLine ? 3 : 4.5;
    if (contrast(colour, paper) < least) {
      wrong.push(`${e.tagName} "${e.textContent.slice(0, 30)}" is ${colour} on ${paper}: a contrast of ${contrast(colour, paper).toFixed(2)}`);
      break;
    }
  }
  return wrong;
};

const problems = [];
const check = async (file, sections, screen, session) => {
  const name = `${basename(file)} (${screen.name})`;
  const say = (text) => problems.push(`${name}: ${text}`);
  const url = pathToFileURL(resolve(file)).href;
  let hear;
  const loaded = new Promise((done) => {
    hear = (m) => {
      if (m.sessionId !== session) return;
      const p = m.params;
      if (m.method === "Runtime.consoleAPICalled" && ["error", "warning", "assert"].includes(p.type)) say(`the console has: ${p.args.map((a) => a.value ?? a.description).join(" ")}`);
      if (m.method === "Runtime.exceptionThrown") say(`a script failed: ${p.exceptionDetails.exception?.description ?? p.exceptionDetails.text}`);
      if (m.method === "Log.entryAdded" && ["error", "warning"].includes(p.entry.level)) say(`the log has: ${p.entry.text}`);
      if (m.method === "Network.requestWillBeSent" && p.request.url !== url && !p.request.url.startsWith("data:")) say(`it fetches ${p.request.url}`);
      if (m.method === "Page.loadEventFired") done();
    };
    heard.add(hear);
  });
  const to = (method, params) => send(method, params, session);
  const run = async (f, ...values) => {
    const r = await to("Runtime.evaluate", { expression: `(${f})(...${JSON.stringify(values)})`, returnByValue: true, awaitPromise: true });
    if (r.exceptionDetails) throw new Error(r.exceptionDetails.exception?.description ?? r.exceptionDetails.text);
    return r.result.value;
  };
  await to("Emulation.setDeviceMetricsOverride", { width: screen.width, height: screen.height, deviceScaleFactor: 1, mobile: screen.mobile });
  await to("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: screen.scheme }] });
  await to("Page.navigate", { url });
  await within(60, loaded, `${name} to load`);
  for (const text of await run(look, sections, screen.scheme === "dark")) say(text);

  // The cursor of the first chart, by pointer and by key; a line that is hidden; the theme.
  const box = await run(() => {
    const c = document.querySelector("figure.chart svg.plot");
    c.scrollIntoView({ block: "center", behavior: "instant" });
    const r = c.getBoundingClientRect();
    return [r.x + r.width / 2, r.y + r.height / 2];
  });
  const readout = () => run(() => document.querySelector("figure.chart .readout").textContent + document.querySelector("figure.chart output").textContent);
  await to("Input.dispatchMouseEvent", { type: "mouseMoved", x: box[0], y: box[1] });
  if (!/\d.*\d/.test(await readout())) say("the pointer reads nothing off the first chart");
  if (screenshots && screen.name === "desk-light") await picture(to, `${basename(file, ".html")}-cursor`, false);
  await run(() => document.querySelector("figure.chart svg.plot").focus());
  await to("Input.dispatchKeyEvent", { type: "keyDown", key: "Home", code: "Home" });
  const first = await readout();
  await to("Input.dispatchKeyEvent", { type: "keyDown", key: "ArrowRight", code: "ArrowRight" });
  if (first === (await readout())) say("the arrow keys do not move the cursor of the first chart");
  const hidden = await run(() => {
    const key = document.querySelector("figure.chart .legend button");
    key.click();
    const line = document.querySelector("figure.chart g.line");
    const gone = getComputedStyle(line).display === "none" && key.getAttribute("aria-pressed") === "false";
    key.click();
    return gone && getComputedStyle(line).display !== "none";
  });
  if (!hidden) say("the legend does not hide and show a line");
  const themes = await run(() => {
    const seen = [];
    for (let i = 0; i < 3; i++) {
      document.getElementById("theme").click();
      seen.push(getComputedStyle(document.body).backgroundColor);
    }
    return seen;
  });
  if (themes[0] === themes[1]) say(`the theme button changes nothing: ${themes}`);
  await run(() => {
    document.activeElement.blur();
    scrollTo({ top: 0, behavior: "instant" });
  });
  if (screenshots) await picture(to, `${basename(file, ".html")}-${screen.name}`, true);
  heard.delete(hear);
};

const picture = async (to, name, whole) => {
  const options = { format: "png" };
  if (whole) {
    const { cssContentSize: s } = await to("Page.getLayoutMetrics");
    Object.assign(options, { captureBeyondViewport: true, clip: { x: 0, y: 0, width: s.width, height: Math.min(s.height, 9000), scale: 1 } });
  }
  const { data } = await to("Page.captureScreenshot", options);
  writeFileSync(join(screenshots, name + ".png"), Buffer.from(data, "base64"));
};

// end closes the browser and removes its profile. The browser writes there until it has gone, and processes that it began
// may do so a little longer.
const end = async () => {
  if (!gone && browser.exitCode === null) {
    const exited = once(browser, "exit");
    const clock = setTimeout(() => browser.kill("SIGKILL"), 10000);
    send("Browser.close").catch(() => {});
    await exited;
    clearTimeout(clock);
  }
  try {
    rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  } catch (e) {
    problems.push(`the browser's profile stays: ${e.message}`);
  }
};
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => stop(`stopped by ${signal}`));

let opened = 0;
try {
  for (const argument of args) {
    const colon = argument.lastIndexOf(":");
    const [file, sections] = [argument.slice(0, colon), argument.slice(colon + 1).split(",")];
    for (const screen of screens) {
      const { targetId } = await send("Target.createTarget", { url: "about:blank" });
      const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
      for (const domain of ["Page", "Runtime", "Log", "Network"]) await send(domain + ".enable", {}, sessionId);
      await check(file, sections, screen, sessionId);
      await send("Target.closeTarget", { targetId });
      opened++;
    }
  }
} catch (e) {
  problems.push(e.message);
} finally {
  await end();
}
for (const p of problems) console.log(p);
console.log(`${opened} pages opened, ${problems.length} problems`);
process.exit(problems.length ? 1 : 0);
