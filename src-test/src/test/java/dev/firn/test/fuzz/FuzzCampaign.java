package dev.firn.test.fuzz;

import dev.firn.test.torture.Campaign;
import dev.firn.test.torture.Slice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Lets Jazzer search for inputs that fail in a family of targets, one target per slice, in its own
 * JVM. Inputs that reach new code are kept, and the next slice starts from them.
 *
 * <pre>
 *  FOLDER/corpus/TARGET/   inputs that reached new code
 *  FOLDER/found/SLICE/     inputs that failed in a slice, and Jazzer's output
 *  FOLDER/coverage.txt     the result of each slice
 * </pre>
 *
 * <p>Repeating a slice with failed inputs runs only these; inputs that pass are removed.
 */
public abstract class FuzzCampaign implements Campaign {

  private static final String EXECUTIONS = "executions";
  private static final int SLICE_SECONDS = 240;

  private final String family;
  private final List<FuzzTarget> targets;

  FuzzCampaign(String family) {
    this.family = family;
    this.targets = FuzzTargets.of(family);
  }

  @Override
  public String name() {
    return "fuzz-" + family;
  }

  @Override
  public String description() {
    return "has Jazzer forge what is read (" + String.join(", ", names()) + ")";
  }

  private List<String> names() {
    return targets.stream().map(FuzzTarget::name).toList();
  }

  @Override
  public List<String> counters() {
    return Stream.concat(Stream.of(EXECUTIONS), names().stream()).toList();
  }

  @Override
  public Optional<String> obstacle() {
    return Jazzer.isThere() ? Optional.empty() : Optional.of("Jazzer is not on the class path");
  }

  @Override
  public void run(Slice slice) throws Exception {
    FuzzTarget target = targets.get((int) ((slice.number() - 1) % targets.size()));
    Path found = slice.folder().resolve("found").resolve("" + slice.number());
    if (Files.exists(found)) {
      replay(target, slice, found);
    } else {
      fuzz(target, slice, found);
    }
  }

  private static void fuzz(FuzzTarget target, Slice slice, Path found) throws Exception {
    Path corpus = slice.folder().resolve("corpus").resolve(target.name());
    plant(target, corpus);
    Files.createDirectories(found);
    List<String> known = Jazzer.tokens(found.getParent());
    Jazzer jazzer = new Jazzer(target.name(), found);
    Jazzer.Result result = jazzer.fuzz(corpus, SLICE_SECONDS, slice.seed(), known);
    slice.count(EXECUTIONS, result.executions());
    slice.count(target.name(), result.executions());
    Files.writeString(
        slice.folder().resolve("coverage.txt"),
        "slice %d, %s: %,d executions, %s%n"
            .formatted(slice.number(), target.name(), result.executions(), result.coverage()),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    result.failure().ifPresent(slice::finding);
    if (result.failure().isEmpty()) {
      remove(found);
    }
  }

  private static void replay(FuzzTarget target, Slice slice, Path found) throws Exception {
    List<Path> inputs = Jazzer.inputs(found);
    Jazzer.Result result = new Jazzer(target.name(), found).replay(inputs);
    result.failure().ifPresent(slice::finding);
    if (result.failure().isEmpty()) {
      remove(found);
    }
  }

  private static void plant(FuzzTarget target, Path corpus) throws IOException {
    Files.createDirectories(corpus);
    for (byte[] seed : target.seeds().get()) {
      Path file = corpus.resolve("seed-" + Integer.toHexString(Arrays.hashCode(seed)));
      if (!Files.exists(file)) {
        Files.write(file, seed);
      }
    }
  }

  private static void remove(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    try (Stream<Path> inside = Files.list(folder)) {
      inside.forEach(files::add);
    }
    for (Path file : files) {
      Files.delete(file);
    }
    Files.delete(folder);
  }
}
