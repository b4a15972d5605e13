//! Who feeds lines and writes what comes back.
