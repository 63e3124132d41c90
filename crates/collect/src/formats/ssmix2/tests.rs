mod extended;
mod golden;
mod malformed;
mod movements;
mod properties;
mod real;
mod support;
