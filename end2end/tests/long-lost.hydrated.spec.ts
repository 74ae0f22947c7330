// Orders whose reply is lost for long: what is said, and what happens by itself.

import { OAK, SUBMIT, expect, test } from "../fixture/index.ts";

const MINUTES = 60_000;

test("off line for more than half an hour: nothing is sent by itself, and that is said", async ({
  alarms,
  context,
  customer,
  page,
  shop,
}) => {
  alarms.allow(/ERR_INTERNET_DISCONNECTED/);
  await page.clock.install();
  await customer.prepare(OAK);
  await context.setOffline(true);
  await customer.placeOrder.click();
  await page.clock.runFor(500);
  await customer.expectLost();
  await expect(page.getByText("the order is sent again by itself as soon as")).toBeVisible();

  // The machine slept: only the wall clock went on.
  await page.clock.fastForward(31 * MINUTES);
  await page.clock.runFor(31_000);
  await expect(page.getByText("more than half an hour has passed")).toBeVisible();
  await expect(page.getByText("sent again by itself as soon as")).toBeHidden();
  let sent = 0;
  page.on("request", (request) => (sent += request.url().endsWith("/submit") ? 1 : 0));
  await context.setOffline(false);
  await page.clock.runFor(5_000);
  expect(sent, "sent by itself").toBe(0);
  await shop.expectOrders(0);

  await customer.button(/Try again|Send it again/).click();
  await page.clock.runFor(1_000);
  await customer.confirmed();
  await shop.expectOrders(1);
});

test("a night asleep counts, although the steady clock stood still", async ({
  alarms,
  context,
  customer,
  page,
  shop,
}) => {
  alarms.allow(/ERR_INTERNET_DISCONNECTED/);
  await page.addInitScript(() => {
    let slept = 0;
    const now = Date.now;
    Date.now = () => now() + slept;
    Object.assign(window, { sleep: (ms: number) => (slept += ms) });
  });
  await customer.prepare(OAK);
  await context.setOffline(true);
  await customer.placeOrder.click();
  await customer.expectLost();
  await page.evaluate(() => (window as unknown as { sleep: (ms: number) => void }).sleep(9 * 3_600_000));
  let sent = 0;
  page.on("request", (request) => (sent += request.url().endsWith("/submit") ? 1 : 0));
  await context.setOffline(false);
  await expect(page.getByText("More than half an hour has passed")).toBeVisible();
  expect(sent, "yesterday's order is not sent by itself").toBe(0);
  await shop.expectOrders(0);
});

test("lost and not arrived, although the shop can be reached: sent again by itself, then said", async ({
  alarms,
  customer,
  page,
  shop,
}) => {
  alarms.allow(/submit/);
  test.slow();
  let tried = 0;
  await page.route(SUBMIT, (route) => {
    tried += 1;
    return route.fulfill({ status: 502, contentType: "text/html", body: "<h1>Bad Gateway</h1>" });
  });
  await customer.prepare(OAK);
  await customer.placeOrder.click();
  await customer.expectLost();
  // The click, and three times by itself.
  await expect.poll(() => tried, { timeout: 40_000 }).toBe(4);
  await customer.expectMissing();
  await expect(page.getByText("The shop can be reached, but the order does not get through.")).toBeVisible();
  await shop.expectOrders(0);
  await page.unroute(SUBMIT);
  await customer.button("Send it again").click();
  await customer.confirmed();
  await shop.expectOrders(1);
});

test("one bad gateway is got over without a click", async ({ alarms, customer, page, shop }) => {
  alarms.allow(/submit/);
  await page.route(SUBMIT, (route) => route.fulfill({ status: 502, body: "" }), { times: 1 });
  await customer.prepare(OAK);
  await customer.placeOrder.click();
  await customer.expectLost();
  await customer.confirmed();
  await shop.expectOrders(1);
});
