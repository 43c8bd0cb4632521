//! Types that are schemas only: of a parameter or an answer that no type of ours
//! describes.

/// Declares them, each `Name => |generator| schema;`. They stand where they are used,
/// and not among the components.
macro_rules! schema_types {
    ($($(#[$about:meta])* $name:ident => |$generator:pat_param| $schema:expr;)+) => {$(
        $(#[$about])*
        struct $name;

        impl ::schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema($generator: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
                $schema
            }
        }
    )+};
}

pub(crate) use schema_types;
