// Cancelling on a page that lives.

import { Customer, OAK, expect, test } from "../fixture/index.ts";

const CANCEL = "**/api/orders/cancel";

test("cancelled in one tab, every tab says so and has the goods in its cart", async ({
  context,
  customer,
  page,
  shop,
}) => {
  await customer.prepare(OAK, 2);
  await shop.rehearse("down");
  await customer.placeOrder.click();
  await customer.expectSafe();
  const other = new Customer(await context.newPage(), true);
  await other.open(page.url());
  await other.expectSafe();

  await customer.cancelOrder();
  for (const tab of [customer, other]) {
    await tab.expectCancelled();
    await expect(tab.cartLink(2)).toBeVisible();
    await expect(tab.page.getByRole("link", { name: "Go back to the checkout" })).toBeVisible();
  }
  await shop.expectOrders(0, { cancelled: 1 });
});

test("the question stays open while the order is tried again", async ({ customer, page, shop }) => {
  await customer.prepare(OAK);
  await shop.rehearse("down");
  await customer.placeOrder.click();
  await customer.expectSafe();
  await customer.cancelQuestion.click();
  const tried = page.waitForResponse("**/api/orders/retry");
  await customer.button("Try now").click();
  await tried;
  await customer.expectSafe();
  await expect(customer.yesCancel).toBeVisible();
  await customer.yesCancel.click();
  await customer.expectCancelled();
  await shop.expectOrders(0, { cancelled: 1 });
});

test("until the shop answers the button waits, and says so", async ({ customer, page, shop }) => {
  await customer.prepare(OAK);
  await shop.rehearse("down");
  await customer.placeOrder.click();
  await customer.expectSafe();
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route(CANCEL, async (route) => {
    await held;
    await route.continue();
  });
  await customer.cancelOrder();
  await expect(customer.yesCancel).toBeDisabled();
  await expect(customer.card.getByRole("status").filter({ hasText: "Cancelling…" })).toBeVisible();
  release();
  await customer.expectCancelled();
  await shop.expectOrders(0, { cancelled: 1 });
});

test("no answer to the wish is no answer, and asking again is safe", async ({
  alarms,
  customer,
  page,
  shop,
}) => {
  alarms.allow(/orders\/cancel/);
  await customer.prepare(OAK);
  await shop.rehearse("down");
  await customer.placeOrder.click();
  await customer.expectSafe();
  await page.route(CANCEL, (route) => route.abort("connectionreset"), { times: 1 });
  await customer.cancelOrder();
  await expect(customer.card).toContainText("we cannot tell whether it heard you");
  await expect(customer.yesCancel).toBeFocused();
  await shop.expectOrders(0, { open: 1 });

  await customer.yesCancel.click();
  await customer.expectCancelled();
  await shop.expectOrders(0, { cancelled: 1 });
});
