// From the click until the store has the order: what is said, and what is true.

import type { Page } from "@playwright/test";
import { Customer, OAK, SUBMIT, expect, test } from "../fixture/index.ts";

/** The request stays queued in the browser, and goes with its page. */
async function neverSend(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const native = window.fetch;
    window.fetch = (input, init) =>
      String(input).endsWith("/api/orders/submit") ? new Promise(() => {}) : native(input, init);
  });
}

test("that one may leave is said only once the store has the order", async ({
  customer,
  page,
  shop,
}) => {
  await customer.prepare(OAK);
  await shop.rehearse("slow", { seconds: 2 });
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route(SUBMIT, async (route) => {
    await held;
    await route.continue();
  });
  const asked = page.waitForResponse("**/api/orders/status");
  await customer.sendOrder();
  await asked;
  await customer.expectSending();
  await expect(customer.card).not.toContainText("leave this page");
  await shop.expectOrders(0);

  release();
  await customer.expectSaved();
  await shop.expectOrders(0, { open: 1 });
  await customer.confirmed();
  await shop.expectOrders(1);
});

for (const after of [0, 50, 150, 300, 500]) {
  test(`the tab is closed ${after} ms after the click, the order not sent yet`, async ({
    context,
    customer,
    page,
    shop,
  }) => {
    await neverSend(page);
    await customer.prepare(OAK, 2);
    await customer.placeOrder.click({ noWaitAfter: true });
    if (after > 0) await page.evaluate((ms) => new Promise((r) => setTimeout(r, ms)), after);
    const told = await customer.card.innerText();
    await page.close();
    expect(told).toContain("keep this page open");
    expect(told).not.toContain("leave this page");
    await shop.expectOrders(0);

    const later = new Customer(await context.newPage(), true);
    await later.open("/");
    await expect(later.unsent).toBeVisible();
    await later.button("Send it again").click();
    await later.confirmed();
    await expect(later.page.getByRole("main")).toContainText("Ada Thornwick");
    await later.open("/");
    await expect(later.cartLink(0)).toBeVisible();
    await expect(later.unsent).toBeHidden();
    await shop.expectOrders(1);
  });
}

test("an order outlives its tab, which was closed at once, and is not offered again", async ({
  context,
  customer,
  page,
  shop,
}) => {
  await customer.prepare(OAK);
  await shop.rehearse("slow", { seconds: 1 });
  await customer.sendOrder();
  await page.close();
  await shop.waitForOpenOrders(1);

  const later = new Customer(await context.newPage(), true);
  await later.open("/");
  const kept = () =>
    later.page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes("unsent")));
  await expect.poll(kept, "the browser forgets what the store has").toEqual([]);
  await expect(later.unsent).toBeHidden();
  await later.expectInMyOrders(/Confirmed: SO-|Sending/);
  await shop.waitForOpenOrders(0);
  await shop.expectOrders(1);
});

test("an order that did not arrive is offered by one tab, and can be discarded", async ({
  context,
  customer,
  page,
  shop,
}) => {
  await neverSend(page);
  await customer.prepare(OAK);
  await customer.placeOrder.click({ noWaitAfter: true });
  await expect(customer.card).toContainText("keep this page open");
  const other = new Customer(await context.newPage(), true);
  const sending = () =>
    page.evaluate(async () =>
      (await navigator.locks.query()).held?.some((lock) => lock.name?.includes("wizastore-order")),
    );
  await expect.poll(sending, "the tab says to the others that it sends").toBe(true);
  await other.open("/c/wands");
  await expect(other.unsent).toBeHidden();

  await page.goto("/checkout");
  await expect(customer.unsent).toBeVisible();
  await customer.expectForm();
  await customer.button("Discard").click();
  await expect(customer.unsent).toBeHidden();
  await customer.reload();
  await expect(customer.unsent).toBeHidden();
  await shop.expectOrders(0);
});

test("where nothing can be kept, orders are placed all the same", async ({
  customer,
  page,
  shop,
}) => {
  await page.addInitScript(() => {
    for (const name of ["localStorage", "sessionStorage"]) {
      Object.defineProperty(window, name, {
        get: () => {
          throw new DOMException("forbidden", "SecurityError");
        },
      });
    }
    Object.defineProperty(navigator, "locks", { value: undefined });
  });
  await customer.prepare(OAK);
  await customer.placeOrder.click();
  await customer.confirmed();
  await shop.expectOrders(1);
});
