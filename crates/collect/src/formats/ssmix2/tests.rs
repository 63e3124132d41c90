mod golden;
mod malformed;
mod properties;
mod real;
mod support;
