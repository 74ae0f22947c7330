// EntMine says no: nothing is ordered, nothing that was typed is lost, and one click goes on.

import { JUG, OAK, POLISH, expect, pounds, test } from "../fixture/index.ts";

test("out of stock, then a smaller quantity", async ({ customer, page, shop }) => {
  await customer.prepare(OAK, 3);
  await shop.rehearse("out_of_stock", { available: 1 });
  await customer.placeOrder.click();
  await customer.expectNotPlaced(`${OAK.name}: only 1 left, and you asked for 3.`);
  await customer.expectForm();
  await expect(customer.cartLink(3)).toBeVisible();
  await shop.expectOrders(0, { rejected: 1 });

  await customer.button(`Change quantity to 1 of ${OAK.name}`).click();
  await expect(customer.cartLink(1)).toBeVisible();
  await expect(page.getByText("only 1 left, and you asked for 3")).toBeHidden();
  await expect(page).toHaveURL(/\/checkout$/);
  await customer.ready();
  await customer.expectForm();
  await customer.placeOrder.click();
  await customer.confirmed();
  await expect(page.getByRole("main")).toContainText(`1 × ${pounds(OAK.priceMinor)}`);
  await expect(page.getByRole("main")).toContainText(`Total incl. tax${pounds(OAK.priceMinor)}`);
  await shop.expectOrders(1, { rejected: 1 });
});

test("out of stock altogether: removed, and the rest is ordered", async ({
  customer,
  page,
  shop,
}) => {
  await customer.add(OAK);
  await customer.open(`/p/${JUG.slug}`);
  await expect(page.getByText("out of stock", { exact: true })).toBeVisible();
  // Its page does not offer to add what was just checked: it was added before.
  await page.request.post("/api/cart/add", {
    form: { sku: JUG.sku, quantity: "1" },
    headers: { accept: "application/json" },
  });
  await customer.open("/checkout");
  await customer.fill();
  await customer.placeOrder.click();
  await customer.expectNotPlaced(`${JUG.name} is out of stock.`);
  await customer.expectForm();
  await shop.expectOrders(0, { rejected: 1 });

  await customer.button(`Remove ${JUG.name}`).click();
  await expect(customer.cartLink(1)).toBeVisible();
  await customer.ready();
  await customer.expectForm();
  await customer.placeOrder.click();
  await customer.confirmed();
  await expect(page.getByRole("main")).not.toContainText(JUG.name);
  await shop.expectOrders(1, { rejected: 1 });
});

test("a price changed, then accepted", async ({ customer, page, shop }) => {
  await customer.prepare(OAK, 2);
  await shop.rehearse("price_changed", { percent: 10 });
  // EntMine rounds down to the penny.
  const price = Math.floor(OAK.priceMinor * 1.1);
  await customer.placeOrder.click();
  await customer.expectNotPlaced(
    `${OAK.name} now costs ${pounds(price)} instead of ${pounds(OAK.priceMinor)}.`,
  );
  await customer.expectForm();
  await expect(customer.cartLink(2)).toBeVisible();
  await expect(page.getByRole("complementary", { name: "Your order" })).toContainText(
    pounds(2 * price),
  );
  await shop.expectOrders(0, { rejected: 1 });

  await customer.button("Accept the new price").click();
  await customer.confirmed();
  await expect(page.getByRole("main")).toContainText(`Total incl. tax${pounds(2 * price)}`);
  await shop.expectOrders(1, { rejected: 1 });
});

test("two changed prices are accepted with one button", async ({ customer, shop }) => {
  await customer.add(POLISH, 1);
  await customer.prepare(OAK, 1);
  await shop.rehearse("price_changed", { percent: 10 });
  await customer.placeOrder.click();
  await customer.expectNotPlaced(`${POLISH.name} now costs`, `${OAK.name} now costs`);
  await expect(customer.button("Accept the new price")).toHaveCount(0);
  await customer.button("Accept the new prices").click();
  await customer.confirmed();
  await shop.expectOrders(1, { rejected: 1 });
});

test("two reasons at once are both told and both settled", async ({ customer, page, shop }) => {
  await customer.add(POLISH, 2);
  await customer.prepare(OAK, 3);
  await shop.rehearse("out_of_stock", { available: 1 });
  await customer.placeOrder.click();
  await customer.expectNotPlaced(
    `${POLISH.name}: only 1 left, and you asked for 2.`,
    `${OAK.name}: only 1 left, and you asked for 3.`,
  );
  await customer.button(`Remove ${POLISH.name}`).click();
  await expect(customer.cartLink(3)).toBeVisible();
  await customer.ready();
  const change = customer.button(`Change quantity to 1 of ${OAK.name}`);
  await expect(change, "the other reason still stands").toBeVisible();
  await change.click();
  await expect(customer.cartLink(1)).toBeVisible();
  await customer.ready();
  await customer.expectForm();
  await expect(page).toHaveURL(/\/checkout$/);
  await customer.placeOrder.click();
  await customer.confirmed();
  await shop.expectOrders(1, { rejected: 1 });
});
