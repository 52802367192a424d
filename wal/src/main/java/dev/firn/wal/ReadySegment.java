package dev.firn.wal;

import dev.firn.core.file.MappedFile;

/** A segment's number and its file, prepared for activation. */
record ReadySegment(long number, MappedFile file) {}
