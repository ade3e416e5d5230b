import { config } from 'chai';

// A difference that is cut short explains nothing.
config.truncateThreshold = 0;
