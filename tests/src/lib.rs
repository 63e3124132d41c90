//! Journeys live in `tests/`; this library is empty.
