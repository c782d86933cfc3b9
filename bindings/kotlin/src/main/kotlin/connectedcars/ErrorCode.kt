package connectedcars

/** What a [CcException] is about: stable names, the same in every language. */
public enum class ErrorCode(public val text: String) {
    CONFIG_INVALID("config_invalid"),
    INTERNAL("internal"),
    OPTION_INVALID("option_invalid"),
    PACK_INVALID("pack_invalid"),
    PACK_UNTRUSTED("pack_untrusted"),
    RECOMMENDATION_INVALID("recommendation_invalid"),
    RECOMMENDATION_MISMATCH("recommendation_mismatch"),
    SIGNAL_SET_INVALID("signal_set_invalid"),
    STATE_INVALID("state_invalid"),
    ;

    public companion object {
        /** The code with this name; fails for any other text. */
        public fun of(text: String): ErrorCode =
            entries.find { it.text == text } ?: throw IllegalArgumentException("no such error code: $text")
    }
}

/** The error's code. `when` is exhaustive here: a new error stops the build until it has a code. */
public val CcException.code: ErrorCode
    get() = when (this) {
        is CcException.ConfigInvalid -> ErrorCode.CONFIG_INVALID
        is CcException.Internal -> ErrorCode.INTERNAL
        is CcException.OptionInvalid -> ErrorCode.OPTION_INVALID
        is CcException.PackInvalid -> ErrorCode.PACK_INVALID
        is CcException.PackUntrusted -> ErrorCode.PACK_UNTRUSTED
        is CcException.RecommendationInvalid -> ErrorCode.RECOMMENDATION_INVALID
        is CcException.RecommendationMismatch -> ErrorCode.RECOMMENDATION_MISMATCH
        is CcException.SignalSetInvalid -> ErrorCode.SIGNAL_SET_INVALID
        is CcException.StateInvalid -> ErrorCode.STATE_INVALID
    }
