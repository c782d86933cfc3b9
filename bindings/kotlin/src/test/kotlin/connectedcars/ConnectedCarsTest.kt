package connectedcars

import java.time.Duration
import java.time.Instant
import java.util.concurrent.Callable
import java.util.concurrent.Executors
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertInstanceOf
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** What the facade adds to the conformance cases: types, errors, threads, lifetimes. */
class ConnectedCarsTest {
    private val hot = (0..14).joinToString("\n", prefix = event(0, "car_ignition", "true") + "\n") {
        event(it, "can_engine_coolant_temperature_celsius", "118")
    }.toByteArray()

    private fun event(second: Int, type: String, value: String) =
        """{"id":$second,"organizationKey":"local","vehicleId":0,"time":"2026-05-01T10:00:%02dZ","type":"$type","value":$value}"""
            .format(second)

    @Test
    fun `the library is of the version of this module`() {
        assertEquals(System.getProperty("connectedcars.version"), sdkVersion())
    }

    @Test
    fun `a reading has its signal, value and unit`() {
        val item = decode("010C>410C1AF8\n".toByteArray(), CaptureFormat.PAIRS, DecodeOptions()).single()
        val reading = assertInstanceOf(DecodedContent.Reading::class.java, item.content)
        assertEquals("engine_speed", reading.signal)
        assertEquals(SignalValue.Quantity(1726.0), reading.value)
        assertEquals("rpm", reading.unit)
        assertEquals(1uL, item.line)
    }

    @Test
    fun `the front page of the project says what comes out`() {
        val log = "7E8 04 41 0C 1A F8\r7E8 04 43 01 03 01\r".toByteArray()
        val said = decode(log, CaptureFormat.ELM327, DecodeOptions()).mapNotNull { item ->
            when (val content = item.content) {
                is DecodedContent.Reading -> "${content.signal} ${content.unit}"
                is DecodedContent.TroubleCode -> "${content.dtc} from ${item.ecu}"
                else -> null
            }
        }
        assertEquals(listOf("engine_speed rpm", "P0301 from 7E8"), said)
    }

    @Test
    fun `damage is an item and does not stop the rest`() {
        val items = decode("010C>41\n03>43010420\n".toByteArray(), CaptureFormat.PAIRS, DecodeOptions())
        assertInstanceOf(DecodedContent.Unreadable::class.java, items.first().content)
        val code = assertInstanceOf(DecodedContent.TroubleCode::class.java, items[1].content)
        assertEquals("P0420", code.dtc)
    }

    @Test
    fun `the standard pack says what to do and in which words`() = RulePack.standard().use { pack ->
        val change = pack.run(hot, RunOptions()).changes.single()
        assertEquals("overheat", change.rule)
        assertEquals(ChangeKind.RAISED, change.change)
        assertEquals(RecommendationUrgency.CRITICAL, change.urgency)
        assertEquals(RecommendationAction.STOP_SAFELY, change.action)
        assertEquals(Instant.parse("2026-05-01T10:00:10Z"), change.at)
        val english = pack.words("en", change.messageKey, change.arguments)!!
        val danish = pack.words("da", change.messageKey, change.arguments)!!
        assertTrue("118" in english.text, english.text)
        assertFalse(english == danish)
    }

    @Test
    fun `a run goes on from the state of the one before`() = RulePack.standard().use { pack ->
        val lines = String(hot).lines()
        val lateness = Duration.ofMinutes(5)
        val first = pack.run(lines.take(6).joinToString("\n").toByteArray(), RunOptions(lateness, keepWaiting = true))
        assertTrue(first.changes.isEmpty())
        val rest = lines.drop(6).joinToString("\n").toByteArray()
        val second = pack.run(rest, RunOptions(lateness, state = first.state))
        assertEquals(pack.run(hot, RunOptions()).changes, second.changes)
    }

    @Test
    fun `one is made of what the phone and the platform have open`() = RulePack.standard().use { pack ->
        val outcome = pack.run(hot, RunOptions())
        val mine = pack.recommendations(outcome.state).single()
        assertEquals(outcome.changes.single().id, mine.id)
        assertEquals(Instant.parse("2026-05-01T10:00:00Z"), mine.since)
        val alias = "ff".repeat(16)
        val theirs = mine.json.replace(mine.id, alias).replace("10:00:00Z", "10:00:02Z")
        val one = mergeRecommendations(theirs, mine.json)
        assertEquals(listOf(mine.id, mine.since, listOf(alias)), listOf(one.id, one.since, one.aliases))
        assertEquals(one, mergeRecommendations(mine.json, one.json))
        assertEquals(mine, readRecommendation(mine.json))
        assertTrue("118" in pack.words("en", one.messageKey, one.arguments)!!.text)
        assertFalse("118" in one.toString(), one.toString())
        val error = assertThrows(CcException.RecommendationMismatch::class.java) {
            mergeRecommendations(mine.json, theirs.replace("local/0", "local/1"))
        }
        assertEquals(ErrorCode.RECOMMENDATION_MISMATCH, error.code)
        assertEquals("expected two recommendations of one vehicle", error.message)
    }

    @Test
    fun `errors have stable codes and say why`() {
        val error = assertThrows(CcException.PackInvalid::class.java) { RulePack.load("no pack".toByteArray()) }
        assertEquals(ErrorCode.PACK_INVALID, error.code)
        assertFalse(error.message.isNullOrBlank())
    }

    @Test
    fun `an instant beyond what the core can say is no crash`() = RulePack.standard().use { pack ->
        for (until in listOf(Instant.MAX, Instant.MIN)) {
            pack.run(hot, RunOptions(until = until))
        }
    }

    @Test
    fun `a pack may be used from several threads at once`() = RulePack.standard().use { pack ->
        val expected = pack.run(hot, RunOptions())
        val threads = Executors.newFixedThreadPool(4)
        try {
            val outcomes = threads.invokeAll(List(16) { Callable { pack.run(hot, RunOptions()) } }).map { it.get() }
            outcomes.forEach {
                assertEquals(expected.changes, it.changes)
                assertTrue(expected.state.contentEquals(it.state))
            }
        } finally {
            threads.shutdown()
        }
    }

    @Test
    fun `a closed pack refuses to be used`() {
        val pack = RulePack.standard()
        pack.close()
        assertThrows(IllegalStateException::class.java) { pack.run(hot, RunOptions()) }
    }

    @Test
    fun `an item shows no VIN in its text form`() {
        val vin = "1HGCM82633A004352"
        val answer = "0902>490201" + vin.toByteArray().joinToString("") { "%02X".format(it) } + "\n"
        val item = decode(answer.toByteArray(), CaptureFormat.PAIRS, DecodeOptions()).single()
        assertTrue(vin in item.json)
        assertFalse(vin in item.toString(), item.toString())
    }
}
