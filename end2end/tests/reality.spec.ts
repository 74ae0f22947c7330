// What changed in EntMine between the cart and the click: the customer is asked, and one click goes on.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { OAK, POLISH, expect, pounds, test } from "../fixture/index.ts";
import type { Shop } from "../fixture/index.ts";

/** Imports the oak wand at a price, published or not. */
async function oakBecomes(shop: Shop, price: string, published: boolean) {
  const head = "Handle,Title,Type,Published,Variant SKU,Variant Price,Variant Inventory Qty";
  const row = `${OAK.slug},"${OAK.name}",Wands,${published ? "TRUE" : "FALSE"},${OAK.sku},${price},120`;
  const file = join(shop.data, "oak.csv");
  await writeFile(file, `${head}\n${row}\n`);
  expect(await shop.import(file)).toContain("1 changed");
}

test("a price that fell is one click, and the lower one is paid", async ({
  customer,
  page,
  shop,
}) => {
  await customer.prepare(OAK, 2);
  await oakBecomes(shop, "11.50", true);
  await customer.placeOrder.click();
  await customer.expectNotPlaced(
    `${OAK.name} now costs ${pounds(1150)} instead of ${pounds(OAK.priceMinor)}.`,
  );
  await customer.expectForm();
  await shop.expectOrders(0);
  await customer.button("Accept the new price").click();
  await customer.confirmed();
  await expect(page.getByRole("main")).toContainText(`Total incl. tax${pounds(2300)}`);
  await shop.expectOrders(1);
});

test("a product that is not sold any more is left out, and the rest is ordered", async ({
  customer,
  page,
  shop,
}) => {
  await customer.add(POLISH);
  await customer.prepare(OAK);
  await oakBecomes(shop, "12.99", false);
  await customer.placeOrder.click();
  await customer.expectNotPlaced(`${OAK.name} is no longer sold.`);
  await customer.expectForm();
  await customer.button(`Remove ${OAK.name}`).click();
  await expect(customer.cartLink(1)).toBeVisible();
  await customer.ready();
  await customer.placeOrder.click();
  await customer.confirmed();
  await expect(page.getByRole("main")).not.toContainText(OAK.name);
  await expect(page.getByRole("main")).toContainText(pounds(POLISH.priceMinor));
  await shop.expectOrders(1, { rejected: 1 });
});
