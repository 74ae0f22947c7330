//! What staff do to products: edit, create, change many prices, export.

use super::ENGINE;
use crate::shop::{Shop, new_key, order, rejected, stored};
use entmine::{
    BadRows, EditRefused, Edited, FieldMarks, PlanRefused, PriceRise, ProductEntry, ProductFields,
    ProductFile, ProductQuery, ProductStatus, Shelf, SkuTaken, StockedProduct, export,
};
use model::Reason;
use proptest::prelude::Strategy;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

async fn wand(shop: &Shop) -> StockedProduct {
    shop.entmine.product("WAND").await.unwrap().unwrap()
}

async fn edit(shop: &Shop, edition: &str, fields: ProductFields) -> Result<Edited, EditRefused> {
    let edited = shop
        .entmine
        .edit_product("WAND", edition, fields, "staff:morgan");
    edited.await.unwrap().map(|saved| saved.edited)
}

#[tokio::test]
async fn a_price_that_staff_raise_has_a_version_a_history_and_is_urgent() {
    let shop = Shop::open(ENGINE).await;
    let before = wand(&shop).await;
    shop.turn_clock(60_000);
    let fields = ProductFields {
        price_minor: 1499,
        ..ProductFields::of(&before)
    };
    let edited = edit(&shop, &before.edition(), fields.clone()).await;
    assert_eq!(edited, Ok(Edited::Saved));
    let news = *shop.entmine.changed().borrow();
    assert_eq!(news.urgent, news.seq);
    let history = shop.entmine.price_history("WAND").await.unwrap();
    let prices: Vec<_> = history
        .iter()
        .map(|p| (p.price_version, p.price_minor))
        .collect();
    assert_eq!(prices, [(2, 1499), (1, 1299)]);
    assert_eq!(history[1].valid_to_ms, Some(history[0].valid_from_ms));
    assert_eq!(history[0].valid_to_ms, None);
    // The price of when it was placed is honoured.
    stored(shop.place(new_key(), &order(&[("WAND", 1, 1299)])).await);
    let again = edit(&shop, &wand(&shop).await.edition(), fields).await;
    assert_eq!(again, Ok(Edited::Unchanged));
    let audit = shop.entmine.product_audit("WAND").await.unwrap();
    assert_eq!(audit[0].detail, "price £12.99 -> £14.99");
    assert_eq!(audit[0].actor, "staff:morgan");
}

#[tokio::test]
async fn a_product_that_staff_take_off_the_shelf_is_urgent_and_cannot_be_ordered() {
    let shop = Shop::open(ENGINE).await;
    let before = wand(&shop).await;
    let fields = ProductFields {
        status: ProductStatus::Draft,
        ..ProductFields::of(&before)
    };
    edit(&shop, &before.edition(), fields).await.unwrap();
    let news = *shop.entmine.changed().borrow();
    assert_eq!(news.urgent, news.seq);
    let reasons = rejected(shop.place(new_key(), &order(&[("WAND", 1, 1299)])).await);
    assert!(matches!(reasons[..], [Reason::Discontinued { .. }]));
}

#[tokio::test]
async fn the_second_of_two_editors_sees_what_the_first_changed() {
    let shop = Shop::open(ENGINE).await;
    let seen = wand(&shop).await;
    let first = ProductFields {
        name: "Better wand".into(),
        ..ProductFields::of(&seen)
    };
    edit(&shop, &seen.edition(), first).await.unwrap();
    let second = ProductFields {
        category: "Sticks".into(),
        ..ProductFields::of(&seen)
    };
    match edit(&shop, &seen.edition(), second.clone()).await {
        Err(EditRefused::Conflict { current }) => {
            assert_eq!(current.product.name, "Better wand");
            assert_eq!(current.product.category, "Wands");
            // Having seen it, they may save.
            edit(&shop, &current.edition(), second).await.unwrap();
        }
        other => panic!("no conflict: {other:?}"),
    }
    assert_eq!(wand(&shop).await.product.name, "Wand");
}

#[tokio::test]
async fn an_order_in_between_is_no_conflict() {
    let shop = Shop::open(ENGINE).await;
    let seen = wand(&shop).await;
    stored(shop.place(new_key(), &order(&[("WAND", 1, 1299)])).await);
    let fields = ProductFields {
        name: "Better wand".into(),
        ..ProductFields::of(&seen)
    };
    assert_eq!(
        edit(&shop, &seen.edition(), fields).await,
        Ok(Edited::Saved)
    );
    assert_eq!(shop.stock("WAND").await, (10, 1, 9));
}

#[tokio::test]
async fn a_new_product_is_there_without_stock_at_an_address_of_its_own() {
    let shop = Shop::open(ENGINE).await;
    let fields = ProductFields {
        name: "Wand".into(),
        category: "".into(),
        description: "Of elder.".into(),
        price_minor: 2000,
        ..ProductFields::default()
    };
    let create = |sku: &'static str| {
        let (sku, fields) = ProductEntry::of(sku, &fields).new_product().unwrap();
        let entmine = shop.entmine.clone();
        async move {
            entmine
                .create_product(&sku, fields, "GBP", "staff:morgan")
                .await
                .unwrap()
                .map(|_product| ())
        }
    };
    assert_eq!(create("WAND-2").await, Ok(()));
    assert_eq!(create("WAND-2").await, Err(SkuTaken));
    assert_eq!(create("---").await, Ok(()));
    let product = shop.entmine.product("WAND-2").await.unwrap().unwrap();
    assert_eq!(product.product.slug, "wand-wand-2");
    assert_eq!(product.product.category, "Other");
    assert_eq!((product.on_hand, product.product.price_version), (0, 1));
    assert_eq!(
        shop.ask("SELECT COUNT(DISTINCT slug) - COUNT(*) FROM products")
            .await,
        0
    );
    assert_eq!(
        shop.ask("SELECT COUNT(*) FROM prices WHERE sku = 'WAND-2'")
            .await,
        1
    );
}

#[tokio::test]
async fn the_history_of_a_product_has_every_import_and_every_price() {
    let shop = Shop::open(ENGINE).await;
    let file = crate::shop::CSV.replace("12.99,10", "13.49,7");
    let file = ProductFile::parse(file.as_bytes(), "GBP").unwrap();
    shop.entmine
        .import_by("staff:robin", &file, BadRows::Refuse, &mut |_| {})
        .await
        .unwrap();
    let rise = PriceRise {
        category: None,
        hundredths: 1_000,
    };
    let mark = shop.entmine.plan_prices(rise.clone()).await.unwrap().mark();
    let changed = shop.entmine.change_prices(rise, &mark, "staff:morgan");
    changed.await.unwrap().unwrap();
    let history = shop.entmine.product_audit("WAND").await.unwrap();
    let told: Vec<_> = history
        .iter()
        .rev()
        .map(|entry| (&*entry.actor, &*entry.event, &*entry.detail))
        .collect();
    assert_eq!(
        told,
        [
            ("entmine", "product.imported", "new at £12.99, stock 10"),
            (
                "staff:robin",
                "product.imported",
                "price £12.99 -> £13.49; stock 10 -> 7"
            ),
            ("staff:morgan", "product.price", "price £13.49 -> £14.84"),
        ]
    );
    // What an import leaves as it was is not in its history.
    assert_eq!(shop.entmine.product_audit("MAP").await.unwrap().len(), 2);
}

#[tokio::test]
async fn many_prices_change_by_exactly_what_the_preview_showed() {
    let shop = Shop::open(ENGINE).await;
    let rise = PriceRise {
        category: Some("Wands".into()),
        hundredths: PriceRise::percent("10").unwrap(),
    };
    let plan = shop.entmine.plan_prices(rise.clone()).await.unwrap();
    let planned: Vec<_> = plan
        .prices
        .iter()
        .map(|p| (p.before_minor, p.after_minor))
        .collect();
    assert_eq!(planned, [(1299, 1429)]);
    // Somebody changes a price before the plan is agreed to.
    shop.entmine.set_price("WAND", 1300).await.unwrap();
    let change = async |mark: String| {
        let changed = shop
            .entmine
            .change_prices(rise.clone(), &mark, "staff:morgan");
        changed.await.unwrap()
    };
    assert_eq!(change(plan.mark()).await, Err(PlanRefused::Changed));
    assert_eq!(wand(&shop).await.product.price_minor, 1300);
    // The same number once more is another price, and another plan.
    shop.entmine.set_price("WAND", 1299).await.unwrap();
    assert_eq!(change(plan.mark()).await, Err(PlanRefused::Changed));
    let plan = shop.entmine.plan_prices(rise.clone()).await.unwrap();
    assert_eq!(change(plan.mark()).await, Ok(1));
    let product = wand(&shop).await.product;
    assert_eq!((product.price_minor, product.price_version), (1429, 4));
    let news = *shop.entmine.changed().borrow();
    assert_eq!(news.urgent, news.seq);
    let broom = shop.entmine.product("BROOM").await.unwrap().unwrap();
    assert_eq!(broom.product.price_minor, 8000);
    let audit = shop.entmine.product_audit("WAND").await.unwrap();
    assert_eq!(audit[0].detail, "price £12.99 -> £14.29");
}

#[tokio::test]
async fn products_are_found_by_words_category_shelf_and_shortage() {
    let shop = Shop::open(ENGINE).await;
    let find = async |query: ProductQuery| {
        let page = shop.entmine.products(query).await.unwrap();
        assert_eq!(page.paging.total, page.products.len() as i64);
        let products = page.products.into_iter();
        products.map(|p| p.product.sku).collect::<Vec<_>>()
    };
    let any = ProductQuery::default();
    assert_eq!(find(any.clone()).await, ["BROOM", "MAP", "WAND"]);
    let text = |text: &str| ProductQuery {
        text: text.into(),
        ..ProductQuery::default()
    };
    assert_eq!(find(text("BROOMS bro")).await, ["BROOM"]);
    assert_eq!(find(text("wand broom")).await, [""; 0]);
    assert_eq!(find(text("%")).await, [""; 0]);
    let shelf = Shelf::Unpublished;
    assert_eq!(
        find(ProductQuery {
            shelf,
            ..any.clone()
        })
        .await,
        ["MAP"]
    );
    assert_eq!(
        find(ProductQuery {
            short: true,
            ..any.clone()
        })
        .await,
        ["BROOM"]
    );
    let category = Some("Maps".into());
    assert_eq!(find(ProductQuery { category, ..any }).await, ["MAP"]);
}

#[tokio::test]
async fn products_come_in_pages_with_totals() {
    let shop = Shop::open(ENGINE).await;
    let rows: String = (0..60)
        .map(|n| format!("t-{n},Thing {n:02},Things,TRUE,T-{n},1.00,1\n"))
        .collect();
    shop.import_more(&rows).await;
    let page = async |page| {
        let query = ProductQuery {
            category: Some("Things".into()),
            page,
            ..ProductQuery::default()
        };
        shop.entmine.products(query).await.unwrap()
    };
    let (first, second, third) = (page(1).await, page(2).await, page(3).await);
    assert_eq!((first.products.len(), second.products.len()), (50, 10));
    assert_eq!((first.paging.pages, first.paging.total), (2, 60));
    assert_eq!(second.products[0].product.name, "Thing 50");
    assert_eq!(third.products, second.products);
}

/// Names, texts and so on as merchants and staff write them, odd ones among them.
fn fields() -> impl Strategy<Value = ProductFields> {
    let name = "[A-Za-zé=+\",;'& <>-]{0,20}[a-zİß]";
    let text = "([A-Za-z<>&\"',;*#é. -]{0,12}[\n ]{0,3}){0,6}";
    (
        name,
        "[A-Za-z& ]{0,10}",
        text,
        "(/[a-z]{1,8}[.]webp)?",
        0..2_000_000_i64,
        0..2,
    )
        .prop_map(
            |(name, category, description, image, price_minor, published)| ProductFields {
                name,
                category,
                description,
                image,
                price_minor,
                status: if published == 1 {
                    ProductStatus::Active
                } else {
                    ProductStatus::Draft
                },
                ..ProductFields::default()
            },
        )
}

#[tokio::test]
async fn a_text_that_nobody_touched_stays_as_a_file_brought_it() {
    let shop = Shop::open(ENGINE).await;
    let (title, option) = ("t".repeat(200), "o".repeat(100));
    let file = format!(
        "Handle,Title,Body (HTML),Option1 Value,Variant SKU,Variant Price\n\
         rope,{title},<p>Weight&nbsp;5&nbsp;kg.</p><pre>a   b</pre>,{option},ROPE,5\n"
    );
    let file = ProductFile::parse(file.as_bytes(), "GBP").unwrap();
    shop.entmine.import(&file, &mut |_| {}).await.unwrap();
    let seen = shop.entmine.product("ROPE").await.unwrap().unwrap();
    let shown = ProductEntry::of("ROPE", &ProductFields::of(&seen));
    let send = |changed: &str, text: &str| {
        ProductEntry::sent(|name| {
            let (_, typed) = shown.typed().find(|(field, _)| field.name == name)?;
            let typed = if name == changed { text } else { typed };
            Some(typed.replace('\n', "\r\n"))
        })
    };
    let marks = FieldMarks::parse(&seen.edition());
    let untouched = send("", "").fields_since(&marks);
    assert_eq!(untouched, Ok(ProductFields::of(&seen)));
    let dearer = send("price", "6").fields_since(&marks).unwrap();
    assert_eq!((dearer.price_minor, dearer.name.len()), (600, 302));
    assert!(dearer.description.contains("5\u{a0}kg"));
    // What is typed has its rules.
    let errors = send("name", &"n".repeat(302)).fields_since(&marks);
    assert_eq!(errors.unwrap_err()[0].field, "name");
}

#[tokio::test]
async fn importing_an_export_changes_nothing() {
    let shop = Shop::open(ENGINE).await;
    let seed = ProductFile::parse(entmine::SEED, "GBP").unwrap();
    shop.entmine.import(&seed, &mut |_| {}).await.unwrap();
    stored(shop.place(new_key(), &order(&[("WAND", 2, 1299)])).await);
    let mut runner = TestRunner::deterministic();
    for number in 0..100 {
        let fields = fields().new_tree(&mut runner).unwrap().current();
        let entry = ProductEntry::of(&format!("S-{number}"), &fields);
        let (sku, fields) = entry
            .new_product()
            .unwrap_or_else(|e| panic!("{entry:?}: {e:?}"));
        let created = shop
            .entmine
            .create_product(&sku, fields, "GBP", "staff:morgan")
            .await;
        created.unwrap().unwrap();
    }
    let before = shop.entmine.all_products().await.unwrap();
    let csv = export(&before);
    let file = ProductFile::parse(&csv, "GBP").unwrap_or_else(|e| panic!("{e:?}"));
    assert_eq!(file.len(), before.len());
    let report = shop.entmine.import(&file, &mut |_| {}).await.unwrap();
    assert_eq!(
        (report.new, report.changed),
        (0, 0),
        "{}",
        String::from_utf8_lossy(&csv)
    );
    assert_eq!(shop.entmine.all_products().await.unwrap(), before);
    // Another EntMine gets the same products from it.
    let other = Shop::empty(ENGINE).await;
    other.entmine.import(&file, &mut |_| {}).await.unwrap();
    assert_eq!(export(&other.entmine.all_products().await.unwrap()), csv);
}
