// Going back to a page that the browser kept whole (its back-forward cache).

import type { Page } from "@playwright/test";
import { OAK, expect, test } from "../fixture/index.ts";
import { LAUNCH, WHOLE_CHROMIUM } from "../fixture/launch.ts";

test.use({
  launchOptions: {
    ...LAUNCH,
    executablePath: WHOLE_CHROMIUM,
    ignoreDefaultArgs: ["--disable-back-forward-cache"],
  },
});

/** Playwright's own would wait for a load, which a page that was kept has no more. */
const goBack = (page: Page) => page.evaluate(() => void setTimeout(() => history.back()));

test("back to a list is instant, and its badge is true", async ({ customer, page, shop }) => {
  const kept = () => page.evaluate(() => (window as unknown as { kept?: boolean }).kept);
  let pieces = 0;
  let instant = false;
  // A browser keeps pages as it likes, and not one in which a program runs just when it is left, as
  // Playwright's do now and then (Chromium's reason is "JavaScriptExecution"). A page that forbids it is
  // never kept.
  for (let trip = 1; trip <= 6 && !instant; trip += 1) {
    await customer.open("/c/wands");
    await page.evaluate(() => Object.assign(window, { kept: true }));
    await page.getByRole("link", { name: OAK.name, exact: true }).click();
    await expect(customer.heading(OAK.name)).toBeVisible();
    pieces += 2;
    await customer.addHere(2);
    await goBack(page);
    await expect(customer.heading("Wands")).toBeVisible();
    instant = (await kept()) === true;
    // Kept or loaded anew: the badge is true.
    await expect(customer.cartLink(pieces)).toBeVisible();
    if (instant) expect(await kept(), "and it was not loaded anew").toBe(true);
  }
  expect(instant, "the browser kept the page").toBe(true);
  await shop.expectOrders(0);
});

test("back to a cart never shows an old one", async ({ customer, page, shop }) => {
  await customer.add(OAK, 2);
  await customer.open("/cart");
  await page.goto("/c/wands");
  await customer.ready();
  await page.request.post("/api/cart/set", {
    form: { sku: OAK.sku, quantity: "5" },
    headers: { accept: "application/json" },
  });
  await goBack(page);
  await expect(customer.heading("Your cart")).toBeVisible();
  await expect(page.getByLabel(`Quantity of ${OAK.name}`)).toHaveValue("5");
  await expect(customer.cartLink(5)).toBeVisible();
  await shop.expectOrders(0);
});
