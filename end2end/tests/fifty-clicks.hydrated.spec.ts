import { OAK, SUBMIT, expect, test } from "../fixture/index.ts";

test("fifty clicks on Place order are one order", async ({ customer, page, shop }) => {
  await customer.prepare(OAK);
  await shop.rehearse("slow", { seconds: 1 });
  let sent = 0;
  await page.route(SUBMIT, async (route) => {
    sent += 1;
    await route.continue();
  });
  // All of them before the page can draw anything.
  await customer.placeOrder.evaluate((button) => {
    for (let click = 0; click < 50; click += 1) {
      button.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
    }
  });
  await expect(customer.card).toContainText(/keep this page open|you can leave this page/);
  await customer.confirmed();
  expect(sent, "requests that left the browser").toBe(1);
  await shop.expectOrders(1);
});

test("clicking on and on at the same place is one order, and nothing else", async ({
  customer,
  page,
  shop,
}) => {
  await customer.prepare(OAK);
  await shop.rehearse("slow", { seconds: 2 });
  await customer.placeOrder.scrollIntoViewIfNeeded();
  const place = await customer.placeOrder.boundingBox();
  if (!place) throw new Error("the button is not to be seen");
  for (let click = 0; click < 20; click += 1) {
    await page.mouse.click(place.x + place.width / 2, place.y + place.height / 2);
  }
  await customer.confirmed();
  await shop.expectOrders(1);
});
