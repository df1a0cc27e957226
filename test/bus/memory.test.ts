import { createMemoryBus } from '../../server/bus/memory.ts';
import { describeBus } from './contract.ts';

describeBus('memory', async () => createMemoryBus());
