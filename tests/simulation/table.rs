//! The table of every kill point and fault with its outcome, made by running each.
