import { OAK, expect, test } from "../fixture/index.ts";

const WIDTH = 360;
test.use({ viewport: { width: WIDTH, height: 740 } });

test("nothing is wider than a phone, from the shop window to the receipt", async ({
  customer,
  page,
  shop,
}) => {
  const fits = async (what: string) => {
    const wide = await page.evaluate((width) => {
      // The categories may be pushed sideways, inside their own bar.
      const over = [...document.querySelectorAll("body *:not(.categories *)")].filter(
        (element) => element.getBoundingClientRect().right > width + 0.5,
      );
      return {
        width: document.documentElement.scrollWidth,
        over: over.slice(0, 5).map((element) => element.outerHTML.slice(0, 120)),
      };
    }, WIDTH);
    expect(wide.width, `${what}; beyond the edge: ${wide.over.join("\n")}`).toBeLessThanOrEqual(WIDTH);
  };
  await customer.open("/");
  await fits("the shop window");
  await customer.open("/c/wands");
  await fits("a category");
  await customer.open("/search?q=wand");
  await fits("a search");
  await customer.add({ ...OAK, slug: "encyclopaedia-of-small-magics" }, 2);
  await customer.open(`/p/${OAK.slug}`);
  await fits("a product");
  await customer.addHere(2);
  await fits("after adding");
  await customer.open("/cart");
  await fits("the cart");
  await customer.open("/checkout");
  await fits("the checkout");
  await customer.fill({ name: "W".repeat(60), line1: "Llanfairpwllgwyngyll".repeat(4) });
  await shop.rehearse("out_of_stock", { available: 1 });
  await customer.placeOrder.click();
  await customer.expectNotPlaced();
  await fits("a checkout that was refused");
  await shop.rehearse("down");
  await customer.placeOrder.click();
  await customer.expectSafe();
  await fits("an order that waits");
  await shop.rehearse("normal");
  // The shop tries again by itself: a click on "Try now" might meet it half-way.
  await shop.waitForOpenOrders(0);
  await customer.reload();
  await customer.confirmed();
  await fits("a receipt");
  await customer.open("/orders");
  await fits("my orders");
  await shop.expectOrders(1, { rejected: 1 });
});
