import { OAK, expect, test } from "../fixture/index.ts";

test("EntMine's reply lost after its commit: checking, then the same number, one order", async ({
  customer,
  page,
  shop,
}) => {
  await customer.prepare(OAK, 2);
  await shop.rehearse("drop_reply");
  const sent = await customer.sendOrder();
  const form = sent.postData() ?? "";
  await customer.expectChecking();
  // EntMine has it, and the store cannot know that yet.
  await shop.expectOrders(1, { confirmed: 0, open: 1 });

  const tried = page.waitForResponse("**/api/orders/retry");
  await customer.button("Try again").click();
  await tried;
  await customer.expectChecking();
  await expect(page.getByText(/(Asked just now|Last asked \d+ s ago), without an answer\./)).toBeVisible();
  await shop.expectOrders(1, { confirmed: 0, open: 1 });

  await shop.rehearse("normal");
  await customer.button("Try again").click();
  const number = await customer.confirmed();
  await customer.reload();
  expect(await customer.confirmed(), "a second look").toBe(number);
  const again = await page.request.post("/api/orders/submit", {
    data: form,
    headers: {
      accept: "application/json",
      "content-type": "application/x-www-form-urlencoded",
    },
  });
  expect(await again.json(), "the same form again").toMatchObject({ outcome: "confirmed", number });
  await customer.expectInMyOrders(`Confirmed: ${number}`);
  await shop.expectOrders(1);
});
