//! The tables of keys in docs/files.md are those that the parser reads.
//!
//! A table stands between `<!-- keys of a tenant -->` and `<!-- end of keys -->`.

use permctl::desired::keys::{
    APART, BASE, CEILING, CONFIG, EXPECT, Need, Object, PROFILE, Shape, WHO,
};
use permctl::provider::SYSTEMS;

use super::{root, up_to_date};

const END: &str = "<!-- end of keys -->";

/// Every object of the file language, from the outside in, each once.
fn objects() -> Vec<&'static Object> {
    let mut objects = CONFIG.with_inner();
    let documents = [&PROFILE, &BASE, &CEILING, &EXPECT, &APART, &WHO];
    for object in documents.into_iter().flat_map(|it| it.with_inner()) {
        if !objects.iter().any(|known| std::ptr::eq(*known, object)) {
            objects.push(object);
        }
    }
    objects
}

#[test]
fn the_keys_of_the_file_language_are_up_to_date() {
    let path = "docs/files.md";
    let mut text = std::fs::read_to_string(root().join(path)).expect("it is there");
    for object in objects() {
        let title = object.title;
        let tables = text.matches(&format!("<!-- keys of {title} -->\n")).count();
        assert_eq!(tables, 1, "{path} needs one table of the keys of {title}");
        let (before, rest) =
            text.split_once(&format!("<!-- keys of {title} -->\n")).expect("it is there once");
        let (_, after) = rest.split_once(END).expect("a table has an end");
        text = format!("{before}<!-- keys of {title} -->\n{}{END}{after}", table(object));
    }
    let tables = text.matches(END).count();
    assert_eq!(tables, objects().len(), "{path} has a table that no parser reads");
    up_to_date(path, &text);
}

fn table(object: &Object) -> String {
    let head = format!("| key of {} | value | means |\n|---|---|---|\n", object.title);
    let lines = object.keys.iter().map(|key| {
        let need = if key.need == Need::Required { " required:" } else { "" };
        format!("| `{}` |{need} {} | {} |\n", key.name, words(key.shape), key.help)
    });
    head + &lines.collect::<String>()
}

fn words(shape: Shape) -> String {
    let any_of = |words: &[String]| words.join(" or ");
    match shape {
        Shape::Word(words) => {
            any_of(&words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>())
        }
        Shape::Text => "a text".to_owned(),
        Shape::Id => "an id".to_owned(),
        Shape::Flag => "`true` or `false`".to_owned(),
        Shape::Calls => "a whole number from 1".to_owned(),
        Shape::Number => "a whole number from 0".to_owned(),
        Shape::Percent => "a share like `30%`".to_owned(),
        Shape::Day => "a day like `2027-03-31`".to_owned(),
        Shape::Email => "an e-mail address".to_owned(),
        Shape::Address => "a URL".to_owned(),
        Shape::Provider => {
            let ids = SYSTEMS.iter().map(|system| format!("`{}`", system.provider.id()));
            any_of(&ids.collect::<Vec<_>>())
        }
        Shape::Credentials => {
            let sets = SYSTEMS.iter().map(|system| {
                let schemes = system.provider.capabilities().schemes.iter();
                let sets = schemes.map(|scheme| format!("`{{{}}}`", scheme.keys().join(", ")));
                format!("{}: {}", system.provider.id(), any_of(&sets.collect::<Vec<_>>()))
            });
            sets.collect::<Vec<_>>().join("; ")
        }
        Shape::Settings => "settings of the vendor".to_owned(),
        Shape::Value => "a value".to_owned(),
        Shape::List(Shape::Object(object)) => {
            format!("a list, each with the keys of {}", object.title)
        }
        Shape::List(item) => format!("a list, each item {}", words(*item)),
        Shape::Object(object) => format!("the keys of {}", object.title),
        Shape::Lists(item) => format!("names, each with a list, each item {}", words(*item)),
        Shape::Names(object) | Shape::Members(object) => {
            format!("names, each with the keys of {}", object.title)
        }
        Shape::Texts => "names, each with a text".to_owned(),
        Shape::Reasons => "codes of warnings, each with a reason".to_owned(),
        Shape::Either(shapes) => {
            any_of(&shapes.iter().map(|shape| words(*shape)).collect::<Vec<_>>())
        }
    }
}
