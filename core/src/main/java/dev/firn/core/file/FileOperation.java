package dev.firn.core.file;

/** The operations of a {@link FileSystem} and its files, for {@link FaultInjection}. */
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
  /** {@link MappedFile#write} and {@link MappedFile#writeForSync}. */
  WRITE,
  /** {@link MappedFile#prefault}. */
  PREFAULT,
  /** {@link AppendFile#sync} and {@link MappedFile#sync}. */
  SYNC,
  /** {@link FileSystem#punch}. */
  PUNCH,
  /** {@link FileSystem#rename}; the path is the old one. */
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
