package dev.firn.test.kill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A JVM with the class path of this one, which is to die of a SIGKILL and of nothing else. */
public final class KilledProcess implements AutoCloseable {

  private static final int KILLED_BY_SIGNAL_9 = 128 + 9;
  private static final List<String> OPTIONS =
      List.of(
          "-ea",
          "-Xmx128m",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:ActiveProcessorCount=8", // lets that many writers into the commit pipeline at once
          "--illegal-native-access=deny",
          "--sun-misc-unsafe-memory-access=deny");

  private final Process process;
  private final Path errors;

  private KilledProcess(Process process, Path errors) {
    this.process = process;
    this.errors = errors;
  }

  /**
   * Starts it.
   *
   * @param errors where its error output is added
   */
  public static KilledProcess start(Class<?> main, Path errors, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(OPTIONS);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command).redirectError(Redirect.appendTo(errors.toFile())).start();
    return new KilledProcess(process, errors);
  }

  Process process() {
    return process;
  }

  /** Its standard output, which can be read to the end after its death. */
  public InputStream output() {
    return process.getInputStream();
  }

  /** Kills it after a time; returns the thread that does. */
  public Thread killAfter(long nanos) {
    return Thread.ofPlatform()
        .start(
            () -> {
              try {
                TimeUnit.NANOSECONDS.sleep(nanos);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              // Process.destroyForcibly would close the pipe with its unread content.
              process.toHandle().destroyForcibly();
            });
  }

  /** Fails if it does not die, or died of something else. */
  public void awaitDeath() throws InterruptedException {
    assertTrue(process.waitFor(30, TimeUnit.SECONDS), "the child does not die");
    assertEquals(
        KILLED_BY_SIGNAL_9, process.exitValue(), () -> "the child died by itself:\n" + errorText());
  }

  private String errorText() {
    try {
      return Files.readString(errors);
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Override
  public void close() throws IOException {
    process.toHandle().destroyForcibly();
    output().close();
  }
}
