import { OAK, expect, test } from "../fixture/index.ts";

const PAGES = ["/", "/c/wands", "/search?q=wand", `/p/${OAK.slug}`, "/cart", "/checkout", "/orders"];

test("the banner stands on every page and tells how EntMine behaves", async ({
  customer,
  page,
  shop,
}) => {
  const banner = page.getByRole("complementary", { name: "Rehearsal" });
  for (const path of PAGES) {
    await customer.open(path);
    await expect(banner, path).toContainText("Rehearsal: normal.");
  }
  await shop.rehearse("drop_reply");
  await customer.open("/");
  await expect(banner).toContainText(
    "Our order system stores the order, then its reply is lost.",
  );

  await banner.getByRole("link", { name: "Change" }).click();
  await expect(customer.heading("Rehearsal")).toBeVisible();
  await expect(page.getByRole("status")).toContainText("Reply lost");
  const down = page.locator("form").filter({ has: page.getByRole("heading", { name: "Down" }) });
  await down.getByRole("button", { name: "Switch on" }).click();
  await expect(page.getByRole("status")).toContainText("EntMine refuses every connection.");
  await customer.open("/");
  await expect(banner).toContainText("Rehearsal: down.");

  await customer.prepare(OAK);
  await customer.placeOrder.click();
  await customer.expectSafe();
  await expect(banner).toContainText("Rehearsal: down.");
  await shop.expectOrders(0, { open: 1 });
});

test.describe("without the switch", () => {
  test.use({ rehearsal: false });

  test("there is no rehearsal", async ({ alarms, customer, page, shop }) => {
    alarms.allow(/status of 404 .*\/rehearsal/);
    const response = await customer.open("/rehearsal");
    expect(response?.status()).toBe(404);
    await expect(customer.heading("There is no such page")).toBeVisible();
    const post = await page.request.post("/rehearsal", { form: { mode: "down" } });
    expect([404, 405]).toContain(post.status());
    for (const path of PAGES) {
      await customer.open(path);
      await expect(page.getByText("Rehearsal"), path).toBeHidden();
    }
    await customer.prepare(OAK);
    await customer.placeOrder.click();
    await customer.confirmed();
    await shop.expectOrders(1);
  });
});
