import { existsSync } from "node:fs";
import test, { type ExecutionContext } from "ava";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

const executablePath = process.env.STREAMGATE_CHROMIUM ?? "/usr/bin/chromium";
const isInstalled = existsSync(executablePath);
if (!isInstalled) {
  console.log(
    `skipped: there is no browser at ${executablePath}; install Debian's chromium, or set STREAMGATE_CHROMIUM`,
  );
}

/**
 * `test.serial`, or `test.skip` where there is no browser; in CI there has to be one. One at a time, because many pages
 * that draw at once leave each other waiting for longer than a click may take.
 */
export const browserTest = isInstalled || process.env.CI === "true" ? test.serial : test.skip;

/** How long a step in the browser may take. */
const STEP_MILLISECONDS = 90_000;

/** A page for one test, in a profile of its own. */
export interface TestPage extends Page {
  /** Names an error the page is expected to report. One that no test names fails the test. */
  expectError(pattern: RegExp): void;
}

/**
 * Opens an empty page. What goes wrong in it fails the test: an exception that nothing catches, a message on the console,
 * a breach of the security policy.
 */
export async function openPage(t: ExecutionContext, options: BrowserContextOptions = {}): Promise<TestPage> {
  const browser = await launchBrowser();
  const context = await browser.newContext(options);
  // Playwright's 30 s are for a machine that has nothing else to do.
  context.setDefaultTimeout(STEP_MILLISECONDS);
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => {
    // The browser notes every status from 400 on there, whatever the page makes of it.
    const isNoted = message.text().startsWith("Failed to load resource");
    if (!isNoted && ["error", "warning"].includes(message.type())) problems.push(message.text());
  });
  const expected: RegExp[] = [];
  t.teardown(async () => {
    await context.close();
    const missing = expected.filter((pattern) => !problems.some((problem) => pattern.test(problem)));
    const unnamed = problems.filter((problem) => !expected.some((pattern) => pattern.test(problem)));
    if (missing.length > 0) throw new Error(`the page did not report: ${missing.join(", ")}`);
    if (unnamed.length > 0)
      throw new Error(`the page reported what the test did not name:\n${unnamed.join("\n")}`);
  });
  return Object.assign(page, { expectError: (pattern: RegExp) => void expected.push(pattern) });
}

/** One process for all tests of a file. */
let running: Promise<Browser> | undefined;

function launchBrowser(): Promise<Browser> {
  running ??= chromium.launch({
    executablePath,
    // Does not work for root.
    chromiumSandbox: process.getuid?.() !== 0,
    // Otherwise signals no longer end this process, and ava waits for it without end. The browser ends with it.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
  return running;
}

test.after.always("close the browser", async () => {
  await (await running)?.close();
});
