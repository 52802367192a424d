package dev.firn.core.file;

import java.nio.file.Path;

/**
 * A file of a {@link MemoryFileSystem} that was opened and not closed yet.
 *
 * @param path the path it was opened by
 * @param openedBy what opened it
 * @param origin where; its stack trace is that of the call
 */
public record OpenFile(Path path, FileOperation openedBy, Throwable origin) {}
