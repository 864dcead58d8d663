/** Retention at once instead of within minutes, as it is saved. */
import { Button } from '../ui/button.tsx';
import { isOpen, taskOf, useRequest, useTasks } from './use-tasks.ts';
import { t } from './words.ts';

export function RetentionRun() {
  const tasks = useTasks();
  const request = useRequest();
  const task = tasks.data && taskOf(tasks.data, 'retention');
  return (
    <Button small busy={request.busy || isOpen(task)} onClick={() => request.run('retention')}>
      {isOpen(task) ? t.storage.runningRetention : t.storage.runNow}
    </Button>
  );
}
