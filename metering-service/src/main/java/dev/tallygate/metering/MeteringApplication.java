package dev.tallygate.metering;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.scheduling.annotation.EnableScheduling;

/**
 * The metering-service.
 */
@SpringBootApplication
@EnableScheduling
public class MeteringApplication {

	/** Starts the service. */
	public static void main(String[] args) {
		SpringApplication.run(MeteringApplication.class, args);
	}

}
