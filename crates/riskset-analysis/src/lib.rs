//! From a request to a typed answer: the one layer between the core and the front ends.
