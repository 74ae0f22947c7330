import type { Locator } from "@playwright/test";
import { ADA, OAK, expect, tabTo, test } from "../fixture/index.ts";

test("buying with the keyboard alone", async ({ customer, page, shop }) => {
  const { keyboard } = page;
  const follow = async (link: Locator) => {
    await tabTo(page, link);
    await keyboard.press("Enter");
  };
  await customer.open("/");
  await keyboard.press("Tab");
  const skip = page.getByRole("link", { name: "Skip to the content" });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();

  await follow(page.getByRole("main").getByRole("link", { name: OAK.category, exact: true }));
  await expect(customer.heading(OAK.category)).toBeVisible();
  await follow(page.getByRole("link", { name: OAK.name, exact: true }));
  await expect(customer.heading(OAK.name)).toBeVisible();
  await customer.ready();
  await tabTo(page, page.getByLabel("Quantity", { exact: true }));
  await keyboard.press("Control+A");
  await keyboard.type("2");
  await follow(customer.button("Add to cart"));
  await follow(page.getByRole("link", { name: "Look at the cart" }));
  await expect(customer.heading("Your cart")).toBeVisible();
  await follow(page.getByRole("link", { name: "Go to the checkout" }));
  await expect(customer.heading("Checkout")).toBeVisible();
  await customer.ready();

  for (const name of ["name", "email", "phone", "line1", "city", "postcode"] as const) {
    await tabTo(page, customer.field(name));
    await keyboard.type(ADA[name]);
  }
  await tabTo(page, customer.field("country"));
  await keyboard.type("Norway");
  await expect(customer.field("country")).toHaveValue("NO");
  await tabTo(page, customer.placeOrder);
  await keyboard.press("Enter");

  await customer.confirmed();
  await expect(page.getByRole("main")).toContainText("Norway");
  await expect(page.getByRole("main")).toContainText("2 ×");
  await shop.expectOrders(1);
});

test("Enter in a field places the order once, and the focus goes to its card", async ({
  customer,
  page,
  shop,
}) => {
  await customer.prepare(OAK);
  await shop.rehearse("slow", { seconds: 1 });
  await customer.field("postcode").focus();
  await page.keyboard.press("Enter");
  await expect(customer.card).toBeFocused();
  await page.keyboard.press("Enter");
  await customer.confirmed();
  await shop.expectOrders(1);
});
