package dev.firn.core.file;

/** What a {@link FileSystem}, or a file of it, is asked to do; for {@link FaultInjection}. */
public enum FileOperation {
  /** {@link FileSystem#createDirectories}. */
  CREATE_DIRECTORIES,
  /** {@link FileSystem#exists} and {@link FileSystem#isDirectory}. */
  EXISTS,
  /** {@link FileSystem#list}. */
  LIST,
  /** {@link FileSystem#size}. */
  SIZE,
  /** {@link FileSystem#create}. */
  CREATE,
  /** {@link AppendFile#append}. */
  APPEND,
  /** {@link FileSystem#openRead}. */
  OPEN_READ,
  /** {@link ReadFile#read}. */
  READ,
  /** {@link FileSystem#allocate}. */
  ALLOCATE,
  /** {@link FileSystem#map}, and the first {@link ReadFile#map} of a file. */
  MAP,
  /** {@link MappedFile#write}. */
  WRITE,
  /** {@link MappedFile#prefault}. */
  PREFAULT,
  /** {@link AppendFile#sync} and {@link MappedFile#sync}. */
  SYNC,
  /** {@link FileSystem#rename}; the path is that of the old name. */
  RENAME,
  /** {@link FileSystem#delete}. */
  DELETE,
  /** {@link FileSystem#syncDirectory}. */
  SYNC_DIRECTORY,
  /** {@link FileSystem#lock}. */
  LOCK,
  /** {@link LockFile#describe}. */
  DESCRIBE
}
