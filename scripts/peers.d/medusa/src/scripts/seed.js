// Fills the database: one region, one way to ship and to pay, 50 products in one category. What a customer has
// to name in a request is written to shop.json.
const fs = require("fs");
const flows = require("@medusajs/medusa/core-flows");
const { ContainerRegistrationKeys, Modules, ProductStatus } = require("@medusajs/framework/utils");

const PRODUCTS = 50;
const STOCK = 100000000;
const COUNTRY = "gb";
const CURRENCY = "gbp";

module.exports.default = async function seed({ container }) {
  const run = async (name, input) => (await flows[`${name}Workflow`](container).run({ input })).result;
  const link = container.resolve(ContainerRegistrationKeys.LINK);
  const query = container.resolve(ContainerRegistrationKeys.QUERY);
  const fulfillment = container.resolve(Modules.FULFILLMENT);

  const [store] = await container.resolve(Modules.STORE).listStores();
  const [channel] = await run("createSalesChannels", { salesChannelsData: [{ name: "Bench" }] });
  await run("updateStores", {
    selector: { id: store.id },
    update: {
      supported_currencies: [{ currency_code: CURRENCY, is_default: true }],
      default_sales_channel_id: channel.id,
    },
  });
  const [region] = await run("createRegions", {
    regions: [
      { name: "Here", currency_code: CURRENCY, countries: [COUNTRY], payment_providers: ["pp_system_default"] },
    ],
  });
  await run("createTaxRegions", [{ country_code: COUNTRY, provider_id: "tp_system" }]);

  const [warehouse] = await run("createStockLocations", {
    locations: [{ name: "Warehouse", address: { address_1: "1 Owl Lane", city: "York", country_code: COUNTRY } }],
  });
  const place = { [Modules.STOCK_LOCATION]: { stock_location_id: warehouse.id } };
  await link.create({ ...place, [Modules.FULFILLMENT]: { fulfillment_provider_id: "manual_manual" } });
  const [profile] = await run("createShippingProfiles", { data: [{ name: "Bench", type: "bench" }] });
  const delivery = await fulfillment.createFulfillmentSets({
    name: "Delivery",
    type: "shipping",
    service_zones: [{ name: "Here", geo_zones: [{ type: "country", country_code: COUNTRY }] }],
  });
  await link.create({ ...place, [Modules.FULFILLMENT]: { fulfillment_set_id: delivery.id } });
  const [shipping] = await run("createShippingOptions", [
    {
      name: "Parcel",
      price_type: "flat",
      provider_id: "manual_manual",
      service_zone_id: delivery.service_zones[0].id,
      shipping_profile_id: profile.id,
      type: { label: "Parcel", description: "By parcel", code: "parcel" },
      prices: [{ currency_code: CURRENCY, amount: 5 }],
      rules: [
        { attribute: "enabled_in_store", operator: "eq", value: "true" },
        { attribute: "is_return", operator: "eq", value: "false" },
      ],
    },
  ]);
  await run("linkSalesChannelsToStockLocation", { id: warehouse.id, add: [channel.id] });
  const [key] = await run("createApiKeys", {
    api_keys: [{ title: "Bench", type: "publishable", created_by: "" }],
  });
  await run("linkSalesChannelsToApiKey", { id: key.id, add: [channel.id] });

  const [category] = await run("createProductCategories", {
    product_categories: [{ name: "Load", handle: "load", is_active: true }],
  });
  const product = n => ({
    title: `Item ${n}`,
    handle: `item-${n}`,
    description: "One of the things that a benchmark buys.",
    status: ProductStatus.PUBLISHED,
    category_ids: [category.id],
    shipping_profile_id: profile.id,
    sales_channels: [{ id: channel.id }],
    options: [{ title: "Kind", values: ["Plain"] }],
    variants: [
      {
        title: "Plain",
        sku: `ITEM-${n}`,
        manage_inventory: true,
        options: { Kind: "Plain" },
        prices: [{ currency_code: CURRENCY, amount: 10 + n }],
      },
    ],
  });
  const products = await run("createProducts", { products: [...Array(PRODUCTS).keys()].map(product) });
  const { data: items } = await query.graph({ entity: "inventory_item", fields: ["id"] });
  await run("createInventoryLevels", {
    inventory_levels: items.map(item => ({
      inventory_item_id: item.id,
      location_id: warehouse.id,
      stocked_quantity: STOCK,
    })),
  });

  const shop = {
    key: key.token,
    region: region.id,
    country: COUNTRY,
    category: category.id,
    shipping: shipping.id,
    variants: products.map(made => made.variants[0].id),
  };
  fs.writeFileSync("shop.json", JSON.stringify(shop));
};
