//! Binaries made by hand: what no tool would write.

/// What a component begins with.
pub const COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0";

/// A number as the binary format writes it.
pub fn uleb(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = (number & 0x7f) as u8;
        number >>= 7;
        bytes.push(if number == 0 { low } else { low | 0x80 });
        if number == 0 {
            return bytes;
        }
    }
}

/// A section with its header.
pub fn section(id: u8, content: &[u8]) -> Vec<u8> {
    [&[id], uleb(content.len()).as_slice(), content].concat()
}

/// Text with its length before it.
pub fn name(text: &[u8]) -> Vec<u8> {
    [uleb(text.len()).as_slice(), text].concat()
}

/// A custom section.
pub fn custom(called: &[u8], content: &[u8]) -> Vec<u8> {
    section(0, &[&name(called), content].concat())
}

/// A component of these sections.
pub fn component(sections: &[Vec<u8>]) -> Vec<u8> {
    [COMPONENT, sections.concat().as_slice()].concat()
}

/// Components inside each other.
pub fn nested(depth: usize) -> Vec<u8> {
    (0..depth).fold(COMPONENT.to_vec(), |inner, _| component(&[section(4, &inner)]))
}
