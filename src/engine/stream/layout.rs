//! How many bytes a value takes in linear memory, as the canonical ABI says ("Alignment" and "Element Size" of its
//! specification, with 32-bit pointers).

use crate::model::Type;

/// The size and alignment of a type, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The size, a multiple of the alignment.
    pub size: u64,
    /// The alignment.
    pub align: u64,
}

impl Layout {
    fn scalar(size: u64) -> Layout {
        Layout { size, align: size }
    }

    fn fields(fields: impl Iterator<Item = Layout>) -> Layout {
        let mut all = Layout { size: 0, align: 1 };
        for field in fields {
            all.size = all.size.next_multiple_of(field.align).saturating_add(field.size);
            all.align = all.align.max(field.align);
        }
        all.rounded()
    }

    /// A number that says which case, and room for the largest payload.
    fn cases(count: usize, payloads: impl Iterator<Item = Layout>) -> Layout {
        let tag = Layout::scalar(if count <= 1 << 8 { 1 } else { 2 });
        let largest = payloads.fold(Layout { size: 0, align: 1 }, |largest, payload| Layout {
            size: largest.size.max(payload.size),
            align: largest.align.max(payload.align),
        });
        let align = tag.align.max(largest.align);
        let payload_at = tag.size.next_multiple_of(largest.align);
        Layout { size: payload_at.saturating_add(largest.size), align }.rounded()
    }

    fn rounded(self) -> Layout {
        Layout { size: self.size.checked_next_multiple_of(self.align).unwrap_or(u64::MAX), align: self.align }
    }
}

/// The layout of a value of this type.
pub fn layout(ty: &Type) -> Layout {
    match ty {
        Type::Bool | Type::S8 | Type::U8 => Layout::scalar(1),
        Type::S16 | Type::U16 => Layout::scalar(2),
        Type::S64 | Type::U64 | Type::F64 => Layout::scalar(8),
        Type::S32 | Type::U32 | Type::F32 | Type::Char => Layout::scalar(4),
        // A number of a table.
        Type::Own(_) | Type::Borrow(_) | Type::Stream(_) | Type::Future(_) | Type::ErrorContext => Layout::scalar(4),
        Type::Writable(_) | Type::Task(_) => Layout::scalar(4),
        // A pointer and a length.
        Type::String | Type::List(_) | Type::Map(..) => Layout { size: 8, align: 4 },
        Type::FixedList(item, length) => {
            let item = layout(item);
            Layout { size: item.size.saturating_mul(u64::from(*length)), align: item.align }
        }
        Type::Tuple(types) => Layout::fields(types.iter().map(layout)),
        Type::Record(record) => Layout::fields(record.fields.iter().map(|field| layout(&field.ty))),
        Type::Variant(variant) => {
            Layout::cases(variant.cases.len(), variant.cases.iter().filter_map(|case| case.ty.as_ref()).map(layout))
        }
        Type::Enum(labels) => Layout::cases(labels.labels.len(), std::iter::empty()),
        Type::Option(item) => Layout::cases(2, std::iter::once(layout(item))),
        Type::Result(result) => Layout::cases(2, result.ok.iter().chain(&result.err).map(layout)),
        Type::Flags(labels) => Layout::scalar(match labels.labels.len() {
            0..=8 => 1,
            9..=16 => 2,
            _ => 4,
        }),
    }
}
