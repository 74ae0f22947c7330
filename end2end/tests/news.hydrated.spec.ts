// What happens is said where it can be heard, and not longer than it is true.

import { OAK, expect, test } from "../fixture/index.ts";

test("the regions that speak stand there before they do", async ({ customer, page, shop }) => {
  const inTheTree = async (what: string) => {
    const hidden = await page.locator('main [role="status"], main [role="alert"]').evaluateAll((all) =>
      all
        .filter((element) => {
          for (let at: Element | null = element; at; at = at.parentElement) {
            if (getComputedStyle(at).display === "none") return true;
          }
          return false;
        })
        .map((element) => element.outerHTML.slice(0, 120)),
    );
    expect(hidden, what).toEqual([]);
  };
  await customer.open(`/p/${OAK.slug}`);
  await inTheTree("a product");
  await customer.addHere();
  await customer.open("/cart");
  await inTheTree("the cart");
  await customer.open("/checkout");
  await inTheTree("the checkout");
  await shop.expectOrders(0);
});

test("the order's page has the focus on its card after placing, and not on a later visit", async ({
  customer,
  shop,
}) => {
  await customer.prepare(OAK);
  await customer.placeOrder.click();
  await customer.confirmed();
  await expect(customer.card).toBeFocused();
  await customer.reload();
  await expect(customer.card).not.toBeFocused();
  await shop.expectOrders(1);
});

test("not placed, and the last product removed: nothing offers to send it", async ({
  customer,
  page,
  shop,
}) => {
  await customer.prepare(OAK);
  await shop.rehearse("out_of_stock", { available: 0 });
  await customer.placeOrder.click();
  await customer.expectNotPlaced(`${OAK.name} is out of stock.`);
  await customer.button(`Remove ${OAK.name}`).click();
  await expect(customer.cartLink(0)).toBeVisible();
  const alert = page.getByRole("alert").filter({ hasText: "Not placed" });
  await expect(alert).toContainText("Nothing was ordered, and nothing is left in your cart.");
  await expect(customer.button("Try again")).toBeHidden();
  await expect(page.getByText("You can place the order as it is now.")).toBeHidden();
  await expect(page.getByText("so there is nothing to order")).toBeVisible();
  // What had the focus is gone.
  expect(await page.evaluate(() => document.activeElement?.tagName)).not.toBe("BODY");
  await shop.expectOrders(0, { rejected: 1 });
});

test("that the shop did not answer is not said any more once it did", async ({
  alarms,
  customer,
  page,
  shop,
}) => {
  alarms.allow(/cart\/set/);
  await customer.prepare(OAK, 3);
  await shop.rehearse("out_of_stock", { available: 1 });
  await customer.placeOrder.click();
  await customer.expectNotPlaced();
  await page.route("**/api/cart/set", (route) => route.fulfill({ status: 502, body: "" }), {
    times: 1,
  });
  const change = customer.button(`Change quantity to 1 of ${OAK.name}`);
  await change.click();
  const trouble = page.getByRole("alert").filter({ hasText: "The shop did not answer." });
  await expect(trouble).toBeVisible();
  await change.click();
  await expect(customer.cartLink(1)).toBeVisible();
  await expect(trouble).toBeHidden();
  await customer.placeOrder.click();
  await customer.confirmed();
  await shop.expectOrders(1, { rejected: 1 });
});
