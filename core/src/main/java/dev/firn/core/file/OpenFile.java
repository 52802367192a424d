package dev.firn.core.file;

import java.nio.file.Path;

/**
 * A file of a {@link MemoryFileSystem} that is open.
 *
 * @param path the path it was opened by
 * @param openedBy the operation that opened it
 * @param origin has the stack trace of that operation
 */
public record OpenFile(Path path, FileOperation openedBy, Throwable origin) {}
