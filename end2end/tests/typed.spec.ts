// What people paste into the checkout, and where they live.

import { OAK, expect, test } from "../fixture/index.ts";

test("what is pasted is cleaned, and the order's page says what was understood", async ({
  customer,
  page,
  shop,
}) => {
  await customer.prepare(OAK, 1, {
    name: "\u200BAda\u00A0Thornwick\u202A\u202C",
    phone: "\u202A+44\u00A020\u20117946 0018\u202C ext 12",
    line1: "３ Crooked Stair",
  });
  await customer.placeOrder.click();
  await customer.confirmed();
  const lines = page.getByRole("list").filter({ hasText: "Mousehole" });
  await expect(lines).toContainText("Ada Thornwick");
  await expect(page.getByRole("main")).toContainText("+44 20-7946 0018 ext 12");
  await expect(lines).toContainText("3 Crooked Stair");
  await shop.expectOrders(1);
});

test("a country without postcodes asks for none, and its address is written its way", async ({
  customer,
  page,
  shop,
}) => {
  await customer.prepare(OAK, 1, { city: "Kowloon", postcode: "", country: "HK" });
  await page.getByLabel("County, state or province (optional)").fill("New Territories");
  await customer.placeOrder.click();
  await customer.confirmed();
  const lines = page.getByRole("list").filter({ hasText: "Kowloon" }).getByRole("listitem");
  const texts = await lines.allInnerTexts();
  const from = texts.indexOf("Kowloon");
  expect(texts.slice(from, from + 3)).toEqual(["Kowloon", "New Territories", "Hong Kong"]);
  await shop.expectOrders(1);
});

const FAULTS = [
  { field: "email", value: "ada@gmail,com", words: /Did you mean ada@gmail\.com\?/ },
  { field: "email", value: "a..b@tower.example", words: /two in a row/ },
  { field: "email", value: "ada@tower.invalid", words: /No address ends like that\./ },
  { field: "name", value: "\u0301", words: /Enter your name\./ },
  { field: "name", value: "\u200B\u3164", words: /Enter your name\./ },
  { field: "name", value: "Ada \u202Egnik", words: /turns the direction of the text/ },
  { field: "postcode", value: "\u00A0", words: /Enter your postcode\./ },
] as const;

for (const { field, value, words } of FAULTS) {
  test(`${field} ${JSON.stringify(value)} is refused in the words of the fault`, async ({
    customer,
    shop,
  }) => {
    await customer.prepare(OAK, 1, { [field]: value });
    await customer.placeOrder.click();
    await expect(customer.field(field)).toHaveAttribute("aria-invalid", "true");
    await expect(customer.field(field)).toHaveAccessibleDescription(words);
    await shop.expectOrders(0);
    await customer.fill();
    await customer.placeOrder.click();
    await customer.confirmed();
    await shop.expectOrders(1);
  });
}

test("addresses of every script are taken, and the field shows them as they were typed", async ({
  customer,
  page,
  shop,
}) => {
  await customer.prepare(OAK, 1, { email: "हिन्दी@müller.example" });
  await expect(customer.field("email")).toHaveValue("हिन्दी@müller.example");
  await customer.placeOrder.click();
  await customer.confirmed();
  await expect(page.getByRole("main")).toContainText("हिन्दी@müller.example");
  await shop.expectOrders(1);
});

test("countries stand where people look for them, the shop's own first", async ({
  customer,
  shop,
}) => {
  await customer.add(OAK);
  await customer.open("/checkout");
  const names = await customer.field("country").locator("option").allInnerTexts();
  expect(names[0]).toBe("United Kingdom");
  expect(names.indexOf("Côte d'Ivoire")).toBe(names.indexOf("Costa Rica") + 1);
  expect(names.indexOf("Åland Islands")).toBe(names.indexOf("Afghanistan") + 1);
  await shop.expectOrders(0);
});
