// Orders that are refused at the shop's entrance: nothing was taken, and that is said.

import { OAK, SUBMIT, expect, test } from "../fixture/index.ts";

const REFUSALS = [
  { status: 403, says: "The shop did not take it from this page." },
  { status: 413, says: "The shop could not read it." },
  { status: 400, says: "The shop could not read it." },
];

for (const { status, says } of REFUSALS) {
  test(`${status}: nothing was ordered, and the form is kept`, async ({
    alarms,
    customer,
    page,
    shop,
  }) => {
    alarms.allow(/submit/);
    await customer.prepare(OAK, 2);
    await page.route(SUBMIT, (route) => route.fulfill({ status, body: "no" }), { times: 1 });
    await customer.placeOrder.click();
    const alert = page.getByRole("alert").filter({ hasText: says });
    await expect(alert).toContainText("Nothing was ordered.");
    await customer.expectForm();
    await expect(customer.cartLink(2)).toBeVisible();
    await shop.expectOrders(0);
    await customer.placeOrder.click();
    await customer.confirmed();
    await shop.expectOrders(1);
  });
}

test("429: the wait is said and kept, and the form stays", async ({
  alarms,
  customer,
  page,
  shop,
}) => {
  alarms.allow(/submit/);
  await customer.prepare(OAK, 2);
  let tried = 0;
  await page.route(SUBMIT, (route) => {
    tried += 1;
    return tried > 1
      ? route.continue()
      : route.fulfill({ status: 429, headers: { "retry-after": "3" }, body: "slow down" });
  });
  await customer.placeOrder.click();
  const alert = page.getByRole("alert").filter({ hasText: "The shop is busy just now" });
  await expect(alert).toContainText("Nothing was ordered.");
  await expect(alert).toContainText("Please try again in 3 s.");
  await customer.expectForm();
  await expect(customer.placeOrder).toBeDisabled();
  await page.locator("#order-form").evaluate((form: HTMLFormElement) => form.requestSubmit());
  expect(tried, "tries before the wait is over").toBe(1);
  await expect(page.getByText("You can try again now.")).toBeVisible();
  await customer.placeOrder.click();
  await customer.confirmed();
  await shop.expectOrders(1);
});

test("429 after a lost reply proves nothing about the first try", async ({
  alarms,
  customer,
  page,
  shop,
}) => {
  alarms.allow(/submit/);
  await customer.prepare(OAK);
  await page.route("**/api/orders/status", (route) => route.fulfill({ status: 502, body: "" }));
  alarms.allow(/status/);
  let tried = 0;
  await page.route(SUBMIT, async (route) => {
    tried += 1;
    if (tried === 1) await route.fetch();
    await route.fulfill({ status: tried === 1 ? 502 : 429, body: "" });
  });
  await customer.placeOrder.click();
  await customer.expectLost();
  await customer.button("Try again").click();
  await expect.poll(() => tried).toBe(2);
  await customer.expectLost();
  await expect(page.getByText("Nothing was ordered")).toBeHidden();
  await page.unroute("**/api/orders/status");
  await customer.confirmed();
  await shop.expectOrders(1);
});
