package dev.tallygate.keys;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/**
 * Runs the key-service.
 */
@SpringBootApplication(proxyBeanMethods = false)
@ConfigurationPropertiesScan
public class KeyServiceApplication {

	/**
	 * Starts it.
	 * @param args overrides of properties
	 */
	public static void main(String[] args) {
		SpringApplication.run(KeyServiceApplication.class, args);
	}

}
