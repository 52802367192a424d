package dev.firn.test.power;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.firn.core.file.AppendFile;
import dev.firn.core.file.FileSystem;
import dev.firn.core.file.MappedFile;
import java.lang.StackWalker.StackFrame;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A place in the engine that makes something durable or puts it in place: a sync of a file or a
 * folder, or a rename.
 *
 * @param call what is called
 * @param place class, method and line of the call
 */
record SyncSite(Call call, String place) implements Comparable<SyncSite> {

  enum Call {
    SYNC,
    SYNC_DIRECTORY,
    RENAME
  }

  /** A place, and the methods that led to it. */
  record Reached(SyncSite site, String path) implements Comparable<Reached> {

    @Override
    public int compareTo(Reached other) {
      return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
      return site + " from " + path;
    }
  }

  /** Number of callers that tell two ways to one place apart. */
  private static final int CALLERS = 2;

  private static final String FILES = FileSystem.class.getPackageName() + ".";

  private static final String TESTS = "dev.firn.test.";

  static Set<SyncSite> all() {
    Set<SyncSite> sites = new TreeSet<>();
    ArchConfiguration.withThreadLocalScope(
        configuration -> {
          // Names suffice; reading the JDK's classes too takes ten times as long.
          configuration.setResolveMissingDependenciesFromClassPath(false);
          new ClassFileImporter()
                  .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                  .withImportOption(location -> !location.contains("/dev/firn/test/"))
                  .withImportOption(location -> !location.contains("/dev/firn/cli/"))
                  .importPackages("dev.firn")
                  .stream()
                  .filter(type -> isEngine(type.getName()))
                  .flatMap(type -> type.getMethodCallsFromSelf().stream())
                  .forEach(call -> add(call, sites));
        });
    return sites;
  }

  private static void add(JavaMethodCall call, Set<SyncSite> sites) {
    boolean file =
        call.getTargetOwner().isEquivalentTo(AppendFile.class)
            || call.getTargetOwner().isEquivalentTo(MappedFile.class);
    boolean system = call.getTargetOwner().isEquivalentTo(FileSystem.class);
    String name = call.getTarget().getName();
    String place =
        place(call.getOriginOwner().getName(), call.getOrigin().getName(), call.getLineNumber());
    if (file && name.equals("sync")) {
      sites.add(new SyncSite(Call.SYNC, place));
    } else if (system && name.equals("syncDirectory")) {
      sites.add(new SyncSite(Call.SYNC_DIRECTORY, place));
    } else if (system && name.equals("rename")) {
      sites.add(new SyncSite(Call.RENAME, place));
    }
  }

  /** The place from which the calling thread makes this call. */
  static Reached here(Call call) {
    List<StackFrame> frames =
        StackWalker.getInstance()
            .walk(
                stack ->
                    stack
                        .filter(frame -> isEngine(frame.getClassName()))
                        .limit(1 + CALLERS)
                        .toList());
    StackFrame at = frames.getFirst();
    String path =
        frames.stream().skip(1).map(SyncSite::method).distinct().collect(Collectors.joining(" < "));
    return new Reached(
        new SyncSite(call, place(at.getClassName(), at.getMethodName(), at.getLineNumber())), path);
  }

  private static boolean isEngine(String type) {
    return type.startsWith("dev.firn.") && !type.startsWith(FILES) && !type.startsWith(TESTS);
  }

  private static String method(StackFrame frame) {
    return simple(frame.getClassName()) + "." + frame.getMethodName();
  }

  private static String place(String type, String method, int line) {
    return simple(type) + "." + method + ":" + line;
  }

  private static String simple(String type) {
    return type.substring(type.lastIndexOf('.') + 1);
  }

  @Override
  public int compareTo(SyncSite other) {
    return toString().compareTo(other.toString());
  }

  @Override
  public String toString() {
    return call + " at " + place;
  }
}
