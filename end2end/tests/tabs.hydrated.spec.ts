// Many tabs in one browser, which has six connections to a shop over HTTP/1.1.

import { Customer, OAK, POLISH, expect, test } from "../fixture/index.ts";

test("seven tabs with an open order leave the shop usable, and all follow it", async ({
  context,
  customer,
  page,
  shop,
}) => {
  test.slow();
  await customer.prepare(OAK);
  await shop.rehearse("down");
  await customer.placeOrder.click();
  await customer.expectSafe();
  const tabs = [customer];
  while (tabs.length < 7) {
    const tab = new Customer(await context.newPage(), true);
    await tab.open(page.url());
    await tab.expectSafe();
    tabs.push(tab);
  }

  const buyer = new Customer(await context.newPage(), true);
  const began = Date.now();
  await buyer.add(POLISH);
  await buyer.open("/cart");
  expect(Date.now() - began, "a purchase goes on, in ms").toBeLessThan(15_000);

  await shop.rehearse("normal");
  const numbers = [];
  for (const tab of tabs) {
    const heading = tab.card.getByRole("heading", { name: /^Order .* confirmed/ });
    await expect(heading).toBeVisible({ timeout: 60_000 });
    numbers.push(await heading.innerText());
  }
  expect(new Set(numbers).size).toBe(1);
  await shop.expectOrders(1);
});
