package connectedcars

import java.io.File
import java.security.MessageDigest
import java.time.Duration
import java.time.Instant
import java.util.HexFormat
import java.util.stream.Stream
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.boolean
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.long
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.DynamicTest.dynamicTest
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestFactory

/** Runs the cases that every language runs (bindings/conformance) and compares the answers byte for byte. */
class ConformanceTest {
    @TestFactory
    fun cases(): Stream<DynamicTest> = all.map { (file, case) ->
        dynamicTest("$file: ${case.text("name")}") { assertEquals(case.getValue("expect"), answer(case)) }
    }.stream()

    @Test
    fun `as many cases as the other languages run`() {
        val manifest = Json.parseToJsonElement(File(folder, "manifest.json").readText()).jsonObject
        assertEquals(manifest.getValue("cases").jsonPrimitive.long, all.size.toLong())
        System.getenv("CC_CONFORMANCE_COUNTS")?.let { counts ->
            File(counts).mkdirs()
            File(counts, "kotlin").writeText("${all.size}\n")
        }
    }

    @Test
    fun `every error code has a case`() {
        val seen = all.mapNotNull { (_, case) -> case.getValue("expect").jsonObject["error"]?.jsonPrimitive?.content }
        // A bug is the one thing that no input brings about; cc-ffi tests it with a panic of its own.
        assertEquals(ErrorCode.entries.toSet() - ErrorCode.INTERNAL, seen.map(ErrorCode::of).toSet())
    }
}

private val folder = File("../conformance")

private val all: List<Pair<String, JsonObject>> =
    File(folder, "cases").walk().filter { it.extension == "json" }.sorted().flatMap { file ->
        val cases = Json.parseToJsonElement(file.readText()).jsonObject.getValue("cases").jsonArray
        cases.map { file.relativeTo(folder).path to it.jsonObject }
    }.toList()

private fun answer(case: JsonObject): JsonObject = try {
    when (val call = case.text("call")) {
        "config" -> compiled(case)
        "decode" -> decoded(case)
        "merge" -> merged(case)
        "rollout" -> buckets(case)
        "run" -> ran(case)
        "words" -> said(case)
        else -> error("no such call: $call")
    }
} catch (failure: CcException) {
    JsonObject(mapOf("error" to JsonPrimitive(failure.code.text)))
}

private fun compiled(case: JsonObject): JsonObject {
    val layers = case["layers"]?.jsonArray.orEmpty().map { it.jsonObject }
        .map { ConfigLayer(it.text("name"), it.text("json").toByteArray()) }
    val attributes = case["attributes"]?.jsonObject.orEmpty().map { (name, value) ->
        ConfigAttribute(name, value.jsonPrimitive.content)
    }
    val config = compileConfig(layers, ConfigSubject(case["vehicle"]?.jsonPrimitive?.content, attributes))
    val rest = config.origins.map { it.json } + config.arms.map { it.json }
    return JsonObject(mapOf("lines" to texts(listOf(config.json, config.etag) + rest)))
}

private fun buckets(case: JsonObject): JsonObject {
    val vehicles = case["vehicles"]?.jsonArray.orEmpty().map { it.jsonPrimitive.content }
    return JsonObject(mapOf("lines" to texts(vehicles.map { rolloutBucket(case.text("experiment"), it).toString() })))
}

private fun decoded(case: JsonObject): JsonObject {
    val options = case["options"]?.jsonObject.orEmpty()
    val input = case["input"]?.let { it.jsonPrimitive.content.toByteArray() }
        ?: HexFormat.of().parseHex(case.text("input_hex"))
    val items = decode(
        input,
        when (val format = case.text("format")) {
            "asc" -> CaptureFormat.ASC
            "csv" -> CaptureFormat.CSV
            "elm327" -> CaptureFormat.ELM327
            "candump" -> CaptureFormat.CANDUMP
            "pairs" -> CaptureFormat.PAIRS
            "push_v2" -> CaptureFormat.PUSH_V2
            "slcan" -> CaptureFormat.SLCAN
            else -> error("no such format: $format")
        },
        DecodeOptions(
            framing = if (options["framing"]?.jsonPrimitive?.content == "kline") CaptureFraming.KLINE else CaptureFraming.CAN,
            signalSets = options["signal_sets"]?.jsonArray.orEmpty().map { it.jsonPrimitive.content.toByteArray() },
        ),
    )
    return JsonObject(mapOf("lines" to texts(items.map { it.json })))
}

private fun loaded(case: JsonObject): RulePack {
    case["signed"]?.jsonObject?.let { signed ->
        val now = Instant.parse(signed.text("now"))
        return RulePack.loadSigned(signed.text("file").toByteArray(), signed.text("trusted_keys"), now)
    }
    return case["pack"]?.let { RulePack.load(it.jsonPrimitive.content.toByteArray()) } ?: RulePack.standard()
}

private fun said(case: JsonObject): JsonObject {
    val named = { name: String -> case[name]?.jsonArray.orEmpty().map { it.jsonPrimitive.content } }
    val catalogues = case["catalogues"]?.jsonArray.orEmpty().map { it.jsonObject }
    val pack = catalogues.fold(loaded(case)) { pack, catalogue ->
        pack.use { it.withCatalogue(catalogue.text("language"), catalogue.text("json")) }
    }
    pack.use {
        val words = named("languages").flatMap { language ->
            named("messages").flatMap { key ->
                pack.words(language, key, emptyList())?.let { listOf(it.title, it.text) } ?: listOf("no such message")
            }
        }
        return JsonObject(mapOf("lines" to texts(listOf(pack.languages().joinToString(" ")) + words)))
    }
}

private fun merged(case: JsonObject): JsonObject = loaded(case).use { pack ->
    // Each batch is a side of its own.
    val open = case["batches"]?.jsonArray.orEmpty().map { it.jsonObject }.flatMap { batch ->
        val lateness = Duration.ofMillis(batch["lateness_ms"]?.jsonPrimitive?.long ?: 0)
        val state = pack.run(batch.text("events").toByteArray(), RunOptions(lateness = lateness)).state
        pack.recommendations(state).map { it.json }
    }
    val all = open + case["recommendations"]?.jsonArray.orEmpty().map { it.jsonPrimitive.content }
    val one = all.reduce { first, second -> mergeRecommendations(first, second).json }
    JsonObject(mapOf("lines" to texts((all + one).map { readRecommendation(it).json })))
}

private fun ran(case: JsonObject): JsonObject {
    val pack = loaded(case)
    pack.use {
        val profiles = case["profiles"]?.jsonArray.orEmpty().map { it.jsonObject }.map { profile ->
            val value = { name: String -> profile[name]?.jsonPrimitive?.content }
            VehicleProfile(profile.text("vehicle"), value("engine_family"), value("model"), value("market"), value("fleet"))
        }
        var state = case["state_hex"]?.let { HexFormat.of().parseHex(it.jsonPrimitive.content) }
        val batches = case.getValue("batches").jsonArray.map { it.jsonObject }.map { batch ->
            val outcome = pack.run(
                batch.text("events").toByteArray(),
                RunOptions(
                    lateness = Duration.ofMillis(batch["lateness_ms"]?.jsonPrimitive?.long ?: 0),
                    until = batch["until"]?.let { Instant.parse(it.jsonPrimitive.content) },
                    keepWaiting = batch["keep_waiting"]?.jsonPrimitive?.boolean ?: false,
                    state = state,
                    profiles = profiles,
                ),
            )
            state = outcome.state
            val answer = mutableMapOf(
                "changes" to texts(outcome.changes.map { it.json }),
                "rejected" to JsonArray(outcome.rejected.map(::rejected)),
                "late" to JsonPrimitive(outcome.late.toLong()),
            )
            if (case["with_state"]?.jsonPrimitive?.boolean == true) {
                answer["state_sha256"] = JsonPrimitive(sha256(withoutHeading(outcome.state)))
            }
            JsonObject(answer)
        }
        return JsonObject(mapOf("batches" to JsonArray(batches)))
    }
}

private fun rejected(line: RejectedLine) =
    JsonObject(mapOf("line" to JsonPrimitive(line.line.toLong()), "reason" to JsonPrimitive(line.reason)))

private fun withoutHeading(state: ByteArray) = state.copyOfRange(state.indexOf('\n'.code.toByte()) + 1, state.size)

private fun sha256(bytes: ByteArray): String =
    HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes))

private fun texts(lines: List<String>): JsonElement = JsonArray(lines.map(::JsonPrimitive))

private fun JsonObject.text(name: String): String = getValue(name).jsonPrimitive.content
