package dev.firn.test.compare.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The metrics of one store in one workload of one round; a line of JSON in the raw results.
 *
 * @param entries that the store held in the beginning
 * @param shown the metrics that are in the table
 */
public record Result(
    String store,
    int round,
    String workload,
    long entries,
    Map<Metric, Double> metrics,
    Set<Metric> shown) {

  private static final JsonFactory JSON = new JsonFactory();

  /** Appends results to a file in one write. */
  public static void append(Path file, List<Result> results) {
    StringBuilder lines = new StringBuilder();
    results.forEach(result -> lines.append(result.toJson()).append('\n'));
    try {
      Files.writeString(file, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The results in a file; none if the file is missing. */
  public static List<Result> readAll(Path file) {
    if (!Files.exists(file)) {
      return List.of();
    }
    try {
      return Files.readAllLines(file).stream().map(Result::ofJson).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String toJson() {
    StringWriter text = new StringWriter();
    try (JsonGenerator g = JSON.createGenerator(text)) {
      g.writeStartObject();
      g.writeStringField("store", store);
      g.writeNumberField("round", round);
      g.writeStringField("workload", workload);
      g.writeNumberField("entries", entries);
      g.writeStringField(
          "shown", shown.stream().map(Metric::label).sorted().collect(Collectors.joining(",")));
      for (Map.Entry<Metric, Double> metric : metrics.entrySet()) {
        double rounded = Math.round(metric.getValue() * 1000) / 1000.0;
        g.writeNumberField(metric.getKey().label(), rounded);
      }
      g.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  static Result ofJson(String line) {
    Map<String, String> fields = new HashMap<>();
    try (JsonParser p = JSON.createParser(line)) {
      p.nextToken();
      while (p.nextToken() == JsonToken.FIELD_NAME) {
        String name = p.currentName();
        p.nextToken();
        fields.put(name, p.getText());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<Metric, Double> metrics = new EnumMap<>(Metric.class);
    for (Metric metric : Metric.values()) {
      String value = fields.get(metric.label());
      if (value != null) {
        metrics.put(metric, Double.valueOf(value));
      }
    }
    Set<Metric> shown = EnumSet.noneOf(Metric.class);
    Arrays.stream(required(fields, "shown").split(","))
        .filter(label -> !label.isEmpty())
        .forEach(label -> shown.add(Metric.of(label)));
    return new Result(
        required(fields, "store"),
        Integer.parseInt(required(fields, "round")),
        required(fields, "workload"),
        Long.parseLong(required(fields, "entries")),
        metrics,
        shown);
  }

  private static String required(Map<String, String> fields, String name) {
    String value = fields.get(name);
    if (value == null) {
      throw new IllegalArgumentException("results: a line without " + name);
    }
    return value;
  }
}
