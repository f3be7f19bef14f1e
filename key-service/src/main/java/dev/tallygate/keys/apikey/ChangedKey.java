package dev.tallygate.keys.apikey;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;

/**
 * A key after a change.
 *
 * @param key the key
 * @param unknownModels entries of the models it was given that nothing knows; absent when
 * there are none
 */
record ChangedKey(@JsonUnwrapped ApiKey key, @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> unknownModels) {

}
